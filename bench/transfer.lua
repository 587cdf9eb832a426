-- transfer.lua: whole stateful transfers, eight requests each: the sender
-- creates, the receiver reads and is bound, updates, the sender reads and
-- updates, the receiver reads, updates (it is done), and the sender deletes.
-- A step is taken when the one before it has been answered, on whatever
-- connection: the answer's request id tells the transfer.
-- arguments: BYTES of payload
local bench = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "wrk.lua")
local running, ready = {}, {}
local update, tail

local SENDER, RECEIVER = 1, 2
local steps = {
	{ "POST", SENDER }, { "POST", RECEIVER }, { "PUT", RECEIVER },
	{ "POST", SENDER }, { "PUT", SENDER }, { "POST", RECEIVER },
	{ "PUT", RECEIVER }, { "DELETE", SENDER },
}

function init(arguments)
	local bytes = tonumber(arguments[1])
	update = bench.body(bytes)
	tail = update:sub(1, -2) ..
	    ',"mailboxConfiguration":{"accessRights":"RWD"},' ..
	    '"mailboxIdentifier":"'
end

local function begin()
	local id = bench.uuid()
	return { id = id, path = "/v1/m/" .. id, step = 0,
	    claims = { bench.uuid(), bench.uuid() } }
end

function request()
	local transfer = table.remove(ready) or begin()
	local step = transfer.step + 1
	local method, who = steps[step][1], steps[step][2]
	local id = bench.uuid()
	local path, body = transfer.path, ""
	transfer.step = step
	running[id] = transfer
	if step == 1 then
		path, body = "/v1/m", tail .. transfer.id .. '"}'
	elseif method == "PUT" then
		body = update
	end
	return bench.head(method, path, body) ..
	    bench.claim(transfer.claims[who], id) .. body
end

function response(status, headers)
	local id = headers["Mailbox-Request-ID"] or headers["mailbox-request-id"]
	local transfer = id and running[id]
	if not transfer then
		return
	end
	running[id] = nil
	if status < 300 and transfer.step < #steps then
		ready[#ready + 1] = transfer
	end
end
