// apns_mock.mjs: Apple Push Notification service, as Apple documents it.
//
// usage: node apns_mock.mjs CERTIFICATE PORT PUBLIC-KEY KEY-ID TEAM-ID TOPIC …
//
// It refuses what APNs refuses, by its names; mock.mjs says how it is told to
// fail.  tests/test_gateways proves it with a client of somebody else's.

import {createPublicKey} from 'node:crypto';
import fs from 'node:fs';
import {require, serve} from './mock.mjs';

const jose = require('jose');
const [publicKeyFile, keyId, teamId, ...topics] = process.argv.slice(4);
const publicKey = createPublicKey(fs.readFileSync(publicKeyFile));

const HOUR = 3600;
const UPDATE_LEAST = 20 * 60;
const PAYLOAD_MOST = 4096;
const COLLAPSE_MOST = 64;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PUSH_TYPES = ['alert', 'background', 'voip', 'complication',
	'fileprovider', 'mdm', 'location', 'liveactivity', 'pushtotalk'];
let lastJwt;
let lastIat = 0;

class Refusal extends Error {
	constructor(status, reason) {
		super(reason);
		this.status = status;
	}
}

async function checkProvider(headers) {
	const given = /^bearer (\S+)$/.exec(headers.authorization ?? '');
	if (!given) {
		throw new Refusal(403, 'MissingProviderToken');
	}
	let claims;
	try {
		const verified = await jose.jwtVerify(given[1], publicKey,
			{algorithms: ['ES256'], issuer: teamId});
		claims = verified.payload;
		if (verified.protectedHeader.kid !== keyId) {
			throw new Error('another key');
		}
	} catch {
		throw new Refusal(403, 'InvalidProviderToken');
	}
	const now = Date.now() / 1000;
	if (!Number.isInteger(claims.iat) || claims.iat > now + 60) {
		throw new Refusal(403, 'InvalidProviderToken');
	}
	if (claims.iat < now - HOUR) {
		throw new Refusal(403, 'ExpiredProviderToken');
	}
	if (given[1] !== lastJwt && claims.iat < lastIat + UPDATE_LEAST) {
		throw new Refusal(429, 'TooManyProviderTokenUpdates');
	}
	[lastJwt, lastIat] = [given[1], claims.iat];
}

function checkHeaders(headers) {
	const type = headers['apns-push-type'];
	const priority = headers['apns-priority'] ?? '10';

	if (headers['apns-id'] !== undefined && !UUID.test(headers['apns-id'])) {
		throw new Refusal(400, 'BadMessageId');
	}
	if (headers['apns-topic'] === undefined) {
		throw new Refusal(400, 'MissingTopic');
	}
	if (!topics.includes(headers['apns-topic'])) {
		throw new Refusal(400, 'TopicDisallowed');
	}
	if (!PUSH_TYPES.includes(type)) {
		throw new Refusal(400, 'InvalidPushType');
	}
	if (!['1', '5', '10'].includes(priority) ||
	    type === 'background' && priority !== '5') {
		throw new Refusal(400, 'BadPriority');
	}
	if (!/^\d+$/.test(headers['apns-expiration'] ?? '0')) {
		throw new Refusal(400, 'BadExpirationDate');
	}
	if (Buffer.byteLength(headers['apns-collapse-id'] ?? '') >
	    COLLAPSE_MOST) {
		throw new Refusal(400, 'BadCollapseId');
	}
}

function checkBody(body) {
	if (body.length === 0) {
		throw new Refusal(400, 'PayloadEmpty');
	}
	if (body.length > PAYLOAD_MOST) {
		throw new Refusal(413, 'PayloadTooLarge');
	}
	try {
		const payload = JSON.parse(body);
		if (payload === null || typeof payload !== 'object' ||
		    Array.isArray(payload)) {
			throw new Error('no object');
		}
	} catch {
		throw new Refusal(400, 'BadPayload');
	}
}

async function check(headers, body, fault) {
	if (headers[':method'] !== 'POST') {
		throw new Refusal(405, 'MethodNotAllowed');
	}
	const token = /^\/3\/device\/([^/]*)$/.exec(headers[':path'])?.[1];
	if (token === undefined) {
		throw new Refusal(404, 'BadPath');
	}
	await checkProvider(headers);
	if (!/^([0-9a-f]{2}){32,100}$/i.test(token)) {
		throw new Refusal(400, 'BadDeviceToken');
	}
	checkHeaders(headers);
	checkBody(body);
	if (fault?.status === 403) {
		lastIat = 0;	// it is as if it were an hour later
	}
	if (fault) {
		throw Object.assign(new Refusal(fault.status, fault.body?.reason),
			{headers: fault.headers});
	}
	return token;
}

serve(async (headers, body, fault) => {
	const id = headers['apns-id'] ?? crypto.randomUUID();
	const log = {topic: headers['apns-topic'], body: body.toString(),
		type: headers['apns-push-type'], jwt: headers.authorization,
		expiration: Number(headers['apns-expiration']), id};
	try {
		const token = await check(headers, body, fault);
		return {status: 200, headers: {'apns-id': id},
			log: {...log, token}};
	} catch (error) {
		if (!(error instanceof Refusal)) {
			throw error;
		}
		return {status: error.status,
			headers: {'apns-id': id, ...error.headers},
			body: {reason: error.message, ...error.status === 410 &&
				{timestamp: Date.now()}},
			log: {...log, reason: error.message}};
	}
});
