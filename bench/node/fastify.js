// fastify.js: the relay of the benchmark on Fastify.
'use strict';

const fastify = require('fastify');

const { serve, start } = require('./relay');

async function handle(request, reply) {
	const answer = await serve(request.method, request.url, request.headers,
	    request.body ?? undefined);
	const id = request.headers['mailbox-request-id'];
	if (id)
		reply.header('Mailbox-Request-ID', id);
	reply.code(answer.status).headers(answer.headers);
	return answer.body;
}

start((port) => {
	const app = fastify({ logger: false, bodyLimit: 65536 + 2048,
	    keepAliveTimeout: 15000 });
	app.post('/v1/m', handle);
	for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
		app.route({ method, url: '/v1/m/:id', handler: handle });
	app.listen({ port, host: '127.0.0.1', backlog: 1024 });
});
