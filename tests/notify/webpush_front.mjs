// webpush_front.mjs: TLS in front of web-push-testing, a push service that is
// not ours: it decrypts what it is sent, and knows the keys.
//
// usage: node webpush_front.mjs CERTIFICATE PORT
//
// Requests are handed on as they come, once what web-push-testing does not look
// at is right: the JWT's audience and end, and the headers of RFC 8030.  A
// fault {"tamper": N} changes the byte N of the body on its way (mock.mjs).

import http from 'node:http';
import {createPublicKey} from 'node:crypto';
import {require, serve, say} from './mock.mjs';

const jose = require('jose');
const {PushApiModel} = require('web-push-testing/src/PushApiModel.js');
const WebPushServer = require('web-push-testing/src/server.js');

const DAY = 86400;
console.log = console.error = () => {};	// standard output is for the test
const behind = new WebPushServer(new PushApiModel(), 0);
behind.startServer();
await new Promise(done => behind._server.once('listening', done));
const port = behind._server.address().port;

function ask(path, headers, body) {
	return new Promise((done, failed) => {
		const request = http.request({port, host: 'localhost', path,
			method: 'POST', headers: {...headers,
				'content-length': body.length}}, answer => {
			const chunks = [];
			answer.on('data', chunk => chunks.push(chunk));
			answer.on('end', () => done({status: answer.statusCode,
				text: Buffer.concat(chunks).toString()}));
		});
		request.on('error', failed);
		request.end(body);
	});
}

// RFC 8292: for this origin, at most a day long, by somebody who is reachable.
async function checkVapid(headers) {
	const [, jwt, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/
		.exec(headers.authorization ?? '') ?? [];
	const point = Buffer.from(key ?? '', 'base64url');
	const publicKey = createPublicKey({format: 'jwk', key: {kty: 'EC',
		crv: 'P-256', x: point.subarray(1, 33).toString('base64url'),
		y: point.subarray(33).toString('base64url')}});
	const {payload} = await jose.jwtVerify(jwt, publicKey,
		{algorithms: ['ES256'], typ: 'JWT',
			audience: `https://${headers[':authority']}`});
	if (!(payload.exp <= Date.now() / 1000 + DAY) ||
	    !/^(mailto|https):/.test(payload.sub)) {
		throw new Error('the claims are wrong');
	}
	return jwt;
}

async function check(headers) {
	if (headers['content-encoding'] !== 'aes128gcm' ||
	    !/^\d+$/.test(headers.ttl ?? '') ||
	    !/^[\w-]{0,32}$/.test(headers.topic ?? '') ||
	    !['very-low', 'low', 'normal', 'high', undefined]
		.includes(headers.urgency)) {
		throw new Error('a header is wrong');
	}
	return checkVapid(headers);
}

serve(async (headers, body, fault) => {
	const plain = Object.fromEntries(Object.entries(headers)
		.filter(([name]) => !name.startsWith(':')));
	let jwt;

	if (headers[':path'].startsWith('/notify/')) {
		try {
			jwt = await check(headers);
		} catch (error) {
			return {status: 400, log: {reason: error.message}};
		}
	}
	if (fault?.tamper !== undefined) {
		body[fault.tamper] ^= 1;
	} else if (fault) {
		return {status: fault.status, headers: fault.headers};
	}
	const {status, text} = await ask(headers[':path'], plain, body);
	return {status, headers: {}, log: {jwt, ttl: Number(headers.ttl),
		length: body.length, text}};
});
say({behind: port});
