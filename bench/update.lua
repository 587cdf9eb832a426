-- update.lua: a bound device updates its mailboxes, one after the other, each
-- with a request id of its own.
-- arguments: BYTES of payload, the file of the mailboxes
local bench = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "wrk.lua")
local boxes, body, at = {}, nil, 0

function init(arguments)
	body = bench.body(tonumber(arguments[1]))
	boxes = bench.mailboxes(arguments[2])
	for _, box in ipairs(boxes) do
		box.head = bench.head("PUT", box.path, body)
	end
end

function request()
	at = at % #boxes + 1
	local box = boxes[at]
	return box.head .. bench.claim(box.claim, bench.uuid()) .. body
end
