// look.mjs: looks at pages in Chromium, and tells what it has seen.
//
// On standard input it takes one object of JSON:
//   chromium  the program
//   pages     a list of {"url": …, and if wanted "axe": true, "shots": FOLDER}
//   policies  a list of Content-Security-Policies
// On standard output it writes JSON, a line each: for a page {"url", "status",
// "policy", "seen", "shape", "text", "axe", "shots"}, where
//   seen   what a page that only shows text does not cause: requests but its
//          own, console messages, errors, dialogs, windows
//   shape  all elements, with their attributes' names, in order
//   text   what stands where texts of others are shown
//   axe    what axe-core found, as "rule: elements"
//   shots  {"phone-light": luminance of its first pixel …}; the files are in
//          the folder
// and for a policy {"policy", "found": what csp_evaluator says of it}.

import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

// Packages of others are where scripts/install-deps puts them.
const packages = path.join(here, '../../var/npm/');
const require = createRequire(packages);
const {chromium} = require('playwright-core');
const axe = require('axe-core');

const SIZES = {phone: {width: 390, height: 844},
	desktop: {width: 1280, height: 800}};

function say(object) {
	process.stdout.write(JSON.stringify(object) + '\n');
}

// What a page does is told of `now`: one tab serves them all in turn.
const now = {url: '', seen: []};

function watch(page) {
	page.on('request', (r) => r.url() === now.url ||
	    now.seen.push('request: ' + r.url()));
	page.on('console', (m) => now.seen.push('console: ' + m.text()));
	page.on('pageerror', (e) => now.seen.push('error: ' + e.message));
	page.on('popup', () => now.seen.push('a window'));
	page.on('dialog', (d) => {
		now.seen.push('dialog: ' + d.message());
		return d.dismiss();
	});
}

// Runs in the page.
function describe() {
	const all = [...document.querySelectorAll('*')];
	const text = (selector) => document.querySelector(selector)?.textContent;
	const meta = (name) => document.querySelector(
	    `meta[property="${name}"],meta[name="${name}"]`)?.content;
	return {
		shape: all.map((e) => [e.localName,
			...e.getAttributeNames()].join(' ')),
		text: {title: document.title, h1: text('h1'),
			about: text('.about'), ogTitle: meta('og:title'),
			ogDescription: meta('og:description'),
			ogImage: meta('og:image'),
			description: meta('description')},
	};
}

async function inspect(page) {
	// As a debugger: the page's policy would refuse a script.
	await page.evaluate(axe.source);
	const found = await page.evaluate(() => globalThis.axe.run());
	return found.violations.map((v) => v.id + ': ' +
	    v.nodes.map((n) => n.html).join(' '));
}

async function shoot(page, folder) {
	const shots = {};
	for (const [device, size] of Object.entries(SIZES)) {
		for (const colorScheme of ['light', 'dark']) {
			const name = device + '-' + colorScheme;
			await page.setViewportSize(size);
			await page.emulateMedia({colorScheme});
			await page.screenshot(
			    {path: path.join(folder, name + '.png')});
			shots[name] = await page.evaluate(() => {
				const colour = getComputedStyle(document.body)
				    .backgroundColor.match(/[\d.]+/g);
				return (+colour[0] + +colour[1] + +colour[2]) /
				    3;
			});
		}
	}
	return shots;
}

async function look(page, order) {
	now.url = order.url;
	now.seen = [];
	const answer = await page.goto(order.url, {waitUntil: 'load'});
	const told = {url: order.url, status: answer.status(),
		policy: answer.headers()['content-security-policy'],
		...await page.evaluate(describe)};
	if (order.axe)
		told.axe = await inspect(page);
	if (order.shots)
		told.shots = await shoot(page, order.shots);
	say({...told, seen: now.seen});
}

async function evaluate(policy) {
	const module = (name) => import(pathToFileURL(
	    path.join(packages, 'node_modules/csp_evaluator/dist', name)));
	const {CspParser} = await module('parser.js');
	const {CspEvaluator} = await module('evaluator.js');
	const found = new CspEvaluator(new CspParser(policy).csp).evaluate();
	say({policy, found: found.map((f) => f.directive + ': ' +
	    f.description)});
}

let input = '';
for await (const piece of process.stdin)
	input += piece;
const work = JSON.parse(input);
const browser = await chromium.launch({executablePath: work.chromium,
	args: ['--no-sandbox', '--disable-dev-shm-usage']});
try {
	const page = await browser.newPage();
	watch(page);
	for (const order of work.pages)
		await look(page, order);
	for (const policy of work.policies)
		await evaluate(policy);
} finally {
	await browser.close();
}
