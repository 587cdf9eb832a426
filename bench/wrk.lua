-- wrk.lua: what the scripts for wrk share.  Cheap on purpose: wrk runs on the
-- cores of what it measures.  Claims and request ids need only be others each
-- time, since the relay hashes them: a random beginning and a count.
local bench = {}

local ids, counts = nil, 0

local function draw()
	local random = assert(io.open("/dev/urandom", "rb"))
	local hex = random:read(8):gsub(".", function(c)
		return string.format("%02x", c:byte())
	end)
	random:close()
	return hex:sub(1, 8) .. "-" .. hex:sub(9, 12) .. "-4" ..
	    hex:sub(13, 15) .. "-a" .. hex:sub(14, 16) .. "-"
end

-- A UUID that nobody has had.
function bench.uuid()
	ids = ids or draw()
	counts = counts + 1
	return ids .. string.format("%012x", counts)
end

-- The beginning of a request, up to the claim, with the length of its body.
function bench.head(method, path, body)
	local length, kind = "", ""
	if method ~= "GET" then
		length = "Content-Length: " .. #body .. "\r\n"
	end
	if body ~= "" then
		kind = "Content-Type: application/json\r\n"
	end
	return method .. " " .. path .. " HTTP/1.1\r\nHost: " ..
	    wrk.headers["Host"] .. "\r\n" .. length .. kind
end

function bench.claim(claim, id)
	if id then
		return "Mailbox-Device-Claim: " .. claim ..
		    "\r\nMailbox-Request-ID: " .. id .. "\r\n\r\n"
	end
	return "Mailbox-Device-Claim: " .. claim .. "\r\n\r\n"
end

-- The payload of so many bytes of data, and more members.
function bench.body(bytes, more)
	return '{"payload":{"type":"AEAD_AES_256_GCM","data":"' ..
	    string.rep("A", bytes) .. '"}' .. (more or "") .. "}"
end

-- The mailboxes in a file, one "path claim" a line.
function bench.mailboxes(path)
	local all = {}
	for line in io.lines(path) do
		local where, claim = line:match("(%S+) (%S+)")
		all[#all + 1] = { path = where, claim = claim }
	end
	return all
end

function done(summary, latency)
	local errors = summary.errors
	io.write(string.format("RESULT %d %.6f %.3f %.3f %d %d\n",
	    summary.requests, summary.duration / 1e6,
	    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
	    errors.status, errors.connect + errors.read + errors.write +
	    errors.timeout))
end

return bench
