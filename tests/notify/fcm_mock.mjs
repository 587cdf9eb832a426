// fcm_mock.mjs: FCM's HTTP v1 interface and the token endpoint beside it, as
// Google documents them.
//
// usage: node fcm_mock.mjs CERTIFICATE PORT PUBLIC-KEY EMAIL PROJECT
//
// The faults of mock.mjs are for messages, not for the requests for a token.

import {createPublicKey, randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {require, serve} from './mock.mjs';

const jose = require('jose');
const [publicKeyFile, email, project] = process.argv.slice(4);
const publicKey = createPublicKey(fs.readFileSync(publicKeyFile));

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const HOUR = 3600;
const bearers = new Set();

function refuse(status, name, code) {
	return {status, body: {error: {code: status, message: name,
		status: name, details: code ? [{'@type': 'type.googleapis.com/' +
			'google.firebase.fcm.v1.FcmError', errorCode: code}] : []}}};
}

async function giveToken(headers, body) {
	const form = new URLSearchParams(body.toString());
	const origin = `https://${headers[':authority']}`;

	try {
		if (headers['content-type'] !==
		    'application/x-www-form-urlencoded' ||
		    form.get('grant_type') !== GRANT) {
			throw new Error('no such grant');
		}
		const {payload} = await jose.jwtVerify(form.get('assertion'),
			publicKey, {algorithms: ['RS256'], issuer: email,
				audience: `${origin}/token`, typ: 'JWT'});
		if (payload.scope !== SCOPE ||
		    payload.exp - payload.iat > HOUR) {
			throw new Error('too much');
		}
	} catch (error) {
		return {status: 400, body: {error: 'invalid_grant',
			error_description: error.message},
		log: {reason: error.message}};
	}
	const token = 'ya29.' + randomBytes(32).toString('base64url');
	bearers.add(token);
	return {status: 200, body: {access_token: token, expires_in: HOUR - 1,
		token_type: 'Bearer'}};
}

function isMessage(message) {
	return message !== null && typeof message === 'object' &&
	    Object.keys(message).every(name =>
		['token', 'data', 'android'].includes(name)) &&
	    typeof message.token === 'string' &&
	    Object.values(message.data).every(v => typeof v === 'string') &&
	    ['HIGH', 'NORMAL'].includes(message.android.priority.toUpperCase()) &&
	    /^\d+(\.\d+)?s$/.test(message.android.ttl) &&
	    Number.parseFloat(message.android.ttl) <= 28 * 86400;
}

function takeMessage(headers, body, fault) {
	const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];

	if (fault?.status === 401) {
		bearers.delete(bearer);
	}
	if (!bearers.has(bearer)) {
		return refuse(401, 'UNAUTHENTICATED');
	}
	let message;
	try {
		message = JSON.parse(body).message;
		if (headers['content-type'] !== 'application/json' ||
		    !isMessage(message)) {
			throw new Error('another form');
		}
	} catch {
		return refuse(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT');
	}
	if (fault) {
		return {...refuse(fault.status, fault.body?.status ?? 'FAULT',
			fault.body?.code), headers: fault.headers};
	}
	return {status: 200,
		body: {name: `projects/${project}/messages/1`},
		log: {token: message.token, message, bearer}};
}

serve((headers, body, fault) => {
	if (headers[':method'] !== 'POST') {
		return {status: 405};
	}
	switch (headers[':path']) {
	case '/token':
		return giveToken(headers, body);
	case `/v1/projects/${project}/messages:send`:
		return takeMessage(headers, body, fault);
	default:
		return refuse(404, 'NOT_FOUND');
	}
}, '/token');
