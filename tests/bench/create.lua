-- create.lua: each request makes a mailbox of its own; 1 KiB of payload data.
local random = assert(io.open("/dev/urandom", "rb"))
local body = '{"payload":{"type":"AEAD_AES_256_GCM","data":"' ..
    string.rep("A", 1024) .. '"},"mailboxConfiguration":{"accessRights":"RWD"}}'

local function uuid()
	local hex = random:read(16):gsub(".", function(c)
		return string.format("%02x", c:byte())
	end)
	return hex:sub(1, 8) .. "-" .. hex:sub(9, 12) .. "-4" ..
	    hex:sub(14, 16) .. "-a" .. hex:sub(18, 20) .. "-" .. hex:sub(21, 32)
end

function request()
	return wrk.format("POST", "/v1/m", {
		["Content-Type"] = "application/json",
		["Mailbox-Device-Claim"] = uuid(),
		["Mailbox-Request-ID"] = uuid(),
	}, body)
end

function done(summary, latency)
	local failed = summary.errors.status + summary.errors.connect +
	    summary.errors.read + summary.errors.write + summary.errors.timeout
	io.write(string.format("RESULT %.0f %.2f %.2f %d\n",
	    summary.requests / summary.duration * 1e6,
	    latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
