-- mixed.lua: live traffic: of four requests two are reads, one an update, one a
-- create; each connection waits in between.
-- arguments: BYTES of payload, the file of the mailboxes, ms between requests
local bench = dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "wrk.lua")
local boxes, at, pause = {}, 0, 0
local body, update, head

function init(arguments)
	update = bench.body(tonumber(arguments[1]))
	body = bench.body(tonumber(arguments[1]),
	    ',"mailboxConfiguration":{"accessRights":"RWD"}')
	head = bench.head("POST", "/v1/m", body)
	boxes = bench.mailboxes(arguments[2])
	for _, box in ipairs(boxes) do
		box.update = bench.head("PUT", box.path, update)
		box.read = bench.head("POST", box.path, "") ..
		    bench.claim(box.claim)
	end
	pause = tonumber(arguments[3])
	math.randomseed(os.time())
	if pause == 0 then
		delay = nil
	end
end

-- Around the pause, so that connections do not go in step.
function delay()
	return math.random(0, 2 * pause)
end

function request()
	at = at + 1
	local box = boxes[at % #boxes + 1]
	if at % 4 == 0 then
		return head .. bench.claim(bench.uuid(), bench.uuid()) .. body
	elseif at % 4 == 2 then
		return box.update .. bench.claim(box.claim, bench.uuid()) ..
		    update
	end
	return box.read
end
