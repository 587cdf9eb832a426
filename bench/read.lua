-- read.lua: a bound device reads its mailboxes.
-- arguments: BYTES of payload (not used), the file of the mailboxes
local bench = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "wrk.lua")
local requests, at = {}, 0

function init(arguments)
	for i, box in ipairs(bench.mailboxes(arguments[2])) do
		requests[i] = bench.head("POST", box.path, "") ..
		    bench.claim(box.claim)
	end
end

function request()
	at = at % #requests + 1
	return requests[at]
end
