-- preview.lua: anybody looks at the pages of mailboxes.
-- arguments: BYTES of payload (not used), the file of the mailboxes
local bench = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "wrk.lua")
local requests, at = {}, 0

function init(arguments)
	for i, box in ipairs(bench.mailboxes(arguments[2])) do
		requests[i] = bench.head("GET", box.path, "") .. "\r\n"
	end
end

function request()
	at = at % #requests + 1
	return requests[at]
end
