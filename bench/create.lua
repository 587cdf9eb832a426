-- create.lua: each request makes a mailbox of its own.
-- arguments: BYTES of payload
local bench = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "wrk.lua")
local head, body

function init(arguments)
	body = bench.body(tonumber(arguments[1]),
	    ',"mailboxConfiguration":{"accessRights":"RWD"}')
	head = bench.head("POST", "/v1/m", body)
end

function request()
	return head .. bench.claim(bench.uuid(), bench.uuid()) .. body
end
