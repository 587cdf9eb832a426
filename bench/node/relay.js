// relay.js: the relay of the benchmark in Node.js, without a web framework: one
// request, one call of a function of relay_api, by pg's pool and prepared
// statements.  What an operation does is what credrelayd does: the same checks
// of claim, ids and payload, the same derived keys, the same sealing.
'use strict';

const cluster = require('node:cluster');
const crypto = require('node:crypto');

const { Pool } = require('pg');

const { Mailbox, makeIdentifier } = require('./seal');

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NOBODY = /^[0f]{8}(-[0f]{4}){3}-[0f]{12}$/i;
const RIGHTS = { R: 1, W: 2, D: 4 };
const DAY = 86400;
const WEEK = 604800;
const DISPLAY = {
	title: 'A key was shared with you',
	description: 'Open this link on your phone to accept it.',
	imageURL: 'https://relay.example.com/key.png',
};
const PROBLEMS = {
	not_found: 404, ended: 404, unbound: 401, forbidden: 401, stale: 412,
	conflict: 409, too_soon: 400,
};

const serverKey = crypto.randomBytes(32);
const padding = 'x'.repeat(Number(process.env.PREVIEW_BYTES ?? 0));
let pool;

const statements = {
	create: 'select outcome, expires_at, token from ' +
	    'relay_api.mailbox_create($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)',
	read: 'select outcome, expires_at, version, payload, display from ' +
	    'relay_api.mailbox_read($1,$2,$3,$4)',
	update: 'select outcome, version, token, pushed from ' +
	    'relay_api.mailbox_update($1,$2,$3,$4,$5,$6,$7,$8)',
	remove: 'select outcome, pushed from ' +
	    'relay_api.mailbox_delete($1,$2,$3,$4)',
	preview: 'select outcome, expires_at, display from ' +
	    'relay_api.mailbox_preview($1)',
};

async function call(name, values) {
	const result = await pool.query({ name, text: statements[name], values });
	return result.rows[0];
}

function answer(status, body, more) {
	return { status, body, headers: {
		'Content-Type': 'application/json',
		'Cache-Control': 'no-store',
		'X-Content-Type-Options': 'nosniff',
		...more,
	} };
}

function problem(status, code) {
	return answer(status, JSON.stringify({ status, code }));
}

function isUuid(text) {
	return typeof text === 'string' && UUID.test(text) && !NOBODY.test(text);
}

function isPayload(body) {
	const payload = body?.payload;
	return typeof payload?.type === 'string' && payload.type.length > 0 &&
	    payload.type.length <= 64 && typeof payload.data === 'string' &&
	    payload.data.length > 0;
}

function etag(version) {
	return { ETag: `"${BigInt(version).toString(16).padStart(16, '0')}"` };
}

function time(date) {
	return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function rightsOf(text) {
	let rights = 0;
	for (const letter of text ?? 'RD')
		rights |= RIGHTS[letter] ?? 0;
	return rights;
}

async function create(claim, id, body) {
	const drawn = body.mailboxIdentifier;
	if (drawn !== undefined && !isUuid(drawn))
		return problem(400, 'body_invalid');
	const identifier = drawn?.toLowerCase() ??
	    makeIdentifier(serverKey, claim, id);
	const box = new Mailbox(identifier);
	const version = crypto.randomBytes(8).readBigUInt64BE() >> 2n;
	const display = body.displayInformation;
	const row = await call('create', [box.key, box.claim(claim),
	    box.request(drawn ? 'create drawn' : 'create made', claim, id),
	    rightsOf(body.mailboxConfiguration?.accessRights), null, DAY, WEEK,
	    version, box.shut('payload', JSON.stringify(body.payload)),
	    display ? box.shut('display', JSON.stringify(display)) : null, null]);
	if (PROBLEMS[row.outcome])
		return problem(PROBLEMS[row.outcome], row.outcome);
	return answer(row.outcome === 'repeated' ? 201 : 200, JSON.stringify({
		urlLink: `http://127.0.0.1:8080/v1/m/${identifier}`,
		isPushNotificationSupported: false,
		expiration: time(row.expires_at),
	}));
}

async function read(box, claim) {
	const row = await call('read', [box.key, box.claim(claim), false, null]);
	if (row.outcome !== 'ok')
		return problem(PROBLEMS[row.outcome], row.outcome);
	const payload = box.open('payload', row.payload);
	const display = row.display ? box.open('display', row.display) :
	    JSON.stringify(DISPLAY);
	return answer(200, `{"payload":${payload},"displayInformation":` +
	    `${display},"expiration":"${time(row.expires_at)}"}`,
	    etag(row.version));
}

async function update(box, claim, id, body) {
	const row = await call('update', [box.key, box.claim(claim),
	    box.request('request', claim, id), null,
	    box.shut('payload', JSON.stringify(body.payload)), false, null, null]);
	if (PROBLEMS[row.outcome])
		return problem(PROBLEMS[row.outcome], row.outcome);
	return answer(row.outcome === 'repeated' ? 201 : 200,
	    '{"isPushNotificationSupported":false}',
	    row.version === null ? undefined : etag(row.version));
}

async function remove(box, claim) {
	const row = await call('remove', [box.key, box.claim(claim), null, null]);
	if (row.outcome !== 'ok')
		return problem(PROBLEMS[row.outcome], row.outcome);
	return answer(200, '');
}

function escape(text) {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
	    .replaceAll('"', '&quot;');
}

async function preview(box) {
	const row = await call('preview', [box.key]);
	if (row.outcome !== 'ok')
		return problem(404, 'not_found');
	const display = row.display ? JSON.parse(box.open('display',
	    row.display)) : DISPLAY;
	const title = escape(display.title);
	const text = escape(display.description);
	return answer(200, `<!doctype html><html><head><title>${title}</title>` +
	    `<style>/*${padding}*/</style></head><body><h1>${title}</h1>` +
	    `<p>${text}</p><img src="${escape(display.imageURL)}" alt="">` +
	    `<p>${time(row.expires_at)}</p></body></html>`,
	    { 'Content-Type': 'text/html; charset=utf-8' });
}

// One request: method, path, headers by lower-case name, the body parsed or
// undefined.
async function serve(method, path, headers, body) {
	const claim = headers['mailbox-device-claim'];
	const id = headers['mailbox-request-id'];
	const identifier = path.startsWith('/v1/m/') ? path.slice(6) : undefined;
	if (path !== '/v1/m' && !isUuid(identifier))
		return problem(404, 'not_found');
	if (method !== 'GET' && !isUuid(claim))
		return problem(401, 'claim_invalid');
	if (id !== undefined && !isUuid(id))
		return problem(400, 'request_id_invalid');
	if ((path === '/v1/m' || method === 'PUT') && !id)
		return problem(400, 'request_id_invalid');
	if ((path === '/v1/m' || method === 'PUT') && !isPayload(body))
		return problem(400, 'body_invalid');
	if (path === '/v1/m')
		return method === 'POST' ? create(claim, id, body) :
		    problem(405, 'method_not_allowed');
	const box = new Mailbox(identifier);
	switch (method) {
	case 'GET': return preview(box);
	case 'POST': return read(box, claim);
	case 'PUT': return update(box, claim, id, body);
	case 'DELETE': return remove(box, claim);
	default: return problem(405, 'method_not_allowed');
	}
}

// Listens, in PROCESSES processes; each has a pool of POOL connections.
function start(listen) {
	const processes = Number(process.env.PROCESSES ?? 1);
	if (processes > 1 && cluster.isPrimary) {
		for (let i = 0; i < processes; i++)
			cluster.fork();
		return;
	}
	// Its connections are kept: eight backends that end take a core for a
	// fifth of a second, from whoever is measured just then.
	pool = new Pool({
		max: Number(process.env.POOL ?? 8), idleTimeoutMillis: 0 });
	listen(Number(process.env.PORT));
}

module.exports = { serve, problem, start };
