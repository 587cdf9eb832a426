// seal.js: what makes the store blind, as src/seal.h has it, so that a mailbox
// that one relay has made can be read through the other.
'use strict';

const crypto = require('node:crypto');

const NONCE = 12;
const TAG = 16;
const UUID = 16;
const NO_SALT = Buffer.alloc(0);

function bytesOf(uuid) {
	return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function textOf(bytes) {
	const hex = bytes.toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-` +
	    `${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// The first 128 bits of SHA-256, as text: what pg sends for a uuid.
function hash(label, ...uuids) {
	const digest = crypto.createHash('sha256').update(label);
	for (const uuid of uuids)
		digest.update(uuid);
	return textOf(digest.digest().subarray(0, UUID));
}

class Mailbox {
	constructor(identifier) {
		this.identifier = bytesOf(identifier);
		this.key = hash('row', this.identifier);
	}

	claim(claim) {
		return hash('claim', this.identifier, bytesOf(claim));
	}

	request(label, claim, id) {
		return hash(label, this.identifier, bytesOf(claim), bytesOf(id));
	}

	sealKey() {
		this.secret ??= Buffer.from(crypto.hkdfSync('sha256',
		    this.identifier, NO_SALT, 'seal', 32));
		return this.secret;
	}

	about(column) {
		return Buffer.concat([Buffer.from(column), bytesOf(this.key)]);
	}

	shut(column, text) {
		const nonce = crypto.randomBytes(NONCE);
		const cipher = crypto.createCipheriv('aes-256-gcm',
		    this.sealKey(), nonce);
		cipher.setAAD(this.about(column));
		const sealed = cipher.update(text, 'utf8');
		cipher.final();
		return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
	}

	open(column, sealed) {
		const decipher = crypto.createDecipheriv('aes-256-gcm',
		    this.sealKey(), sealed.subarray(0, NONCE));
		decipher.setAAD(this.about(column));
		decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
		const clear = decipher.update(
		    sealed.subarray(NONCE, sealed.length - TAG), null, 'utf8');
		return clear + decipher.final('utf8');
	}
}

// The identifier that the relay makes: the same for the same request.
function makeIdentifier(serverKey, claim, id) {
	const bytes = crypto.createHmac('sha256', serverKey)
	    .update(bytesOf(claim)).update(bytesOf(id)).digest()
	    .subarray(0, UUID);
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	return textOf(bytes);
}

module.exports = { Mailbox, makeIdentifier };
