// http.js: the relay of the benchmark on Node.js's own server.
'use strict';

const http = require('node:http');

const { serve, problem, start } = require('./relay');

const BODY_MAX = 65536 + 2048;

function send(response, request, answer) {
	const id = request.headers['mailbox-request-id'];
	if (id)
		answer.headers['Mailbox-Request-ID'] = id;
	answer.headers['Content-Length'] = Buffer.byteLength(answer.body);
	response.writeHead(answer.status, answer.headers);
	response.end(answer.body);
}

async function handle(request, response, chunks) {
	try {
		const text = Buffer.concat(chunks).toString();
		let body;
		try {
			body = text === '' ? undefined : JSON.parse(text);
		} catch {
			send(response, request, problem(400, 'body_invalid'));
			return;
		}
		send(response, request, await serve(request.method, request.url,
		    request.headers, body));
	} catch {
		send(response, request, problem(500, 'internal'));
	}
}

start((port) => {
	http.createServer({ keepAliveTimeout: 15000 }, (request, response) => {
		const chunks = [];
		let length = 0;
		request.on('data', (chunk) => {
			length += chunk.length;
			if (length <= BODY_MAX)
				chunks.push(chunk);
		});
		request.on('end', () => {
			if (length > BODY_MAX)
				send(response, request, problem(413, 'too_large'));
			else
				handle(request, response, chunks);
		});
	}).listen(port, '127.0.0.1', 1024);
});
