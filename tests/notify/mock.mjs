// mock.mjs: what the mocks of gateways share.
//
// A mock is started as `node NAME.mjs CERTIFICATE PORT …`; CERTIFICATE has its
// key in the same file, PORT 0 chooses one.  On standard output it writes JSON,
// a line each: {"port": N} when it listens, then one for each request.  On
// standard input it takes lines of JSON: a list of faults for the next
// requests, which it acknowledges by {"faults": N}.  A fault is an object
// {"status": N, "headers": {…}, "body": {…}}, or one of
//   "hang"     no answer, for ever
//   "close"    the connection breaks
//   "goaway"   HTTP/2: GOAWAY that leaves this request out, and the end
// It ends with its standard input.

import fs from 'node:fs';
import http2 from 'node:http2';
import {createRequire} from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import {fileURLToPath} from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

// Packages of others are where scripts/install-deps puts them.
export const require = createRequire(path.join(here, '../../var/npm/'));

const faults = [];
const sockets = new Map();	// by the port of the other side

export function say(object) {
	process.stdout.write(JSON.stringify(object) + '\n');
}

readline.createInterface({input: process.stdin})
	.on('line', line => {
		faults.push(...JSON.parse(line));
		say({faults: faults.length});
	})
	.on('close', () => process.exit(0));

function answer(stream, status, headers, body) {
	stream.respond({':status': status, ...headers,
		...body && {'content-type': 'application/json'}});
	stream.end(body ? JSON.stringify(body) : undefined);
}

function break_off(stream, fault) {
	const {session} = stream;

	if (fault === 'goaway') {
		session.goaway(http2.constants.NGHTTP2_NO_ERROR,
			Math.max(0, stream.id - 2));
		setImmediate(() => session.destroy());
	} else if (fault === 'close') {
		sockets.get(session.socket.remotePort).destroy();
	}
}

// take(headers, body, fault) returns {status, headers, body, log}, or a promise
// of it.  A request for `whole` has no fault.
export function serve(take, whole) {
	const pem = fs.readFileSync(process.argv[2]);
	const server = http2.createSecureServer({key: pem, cert: pem});

	server.on('secureConnection', socket => {
		const port = socket.remotePort;

		sockets.set(port, socket);
		socket.on('close', () => sockets.delete(port));
	});
	server.on('stream', (stream, headers) => {
		const chunks = [];

		stream.on('error', () => {});
		stream.on('data', chunk => chunks.push(chunk));
		stream.on('end', async () => {
			const fault = headers[':path'] === whole ?
				undefined : faults.shift();
			const body = Buffer.concat(chunks);
			const all = {...headers};

			if (typeof fault === 'string') {
				say({fault, path: headers[':path']});
				break_off(stream, fault);
				return;
			}
			const result = await take(all, body, fault);
			say({path: headers[':path'], status: result.status,
				stream: stream.id, ...result.log});
			if (!stream.destroyed) {
				answer(stream, result.status,
					result.headers, result.body);
			}
		});
	});
	server.on('sessionError', () => {});
	server.listen(Number(process.argv[3]), '127.0.0.1',
		() => say({port: server.address().port}));
	return server;
}
