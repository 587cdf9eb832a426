-- read.lua: a bound device reads its mailboxes, whose paths and claims stand in
-- the file named by the first argument, one "path claim" a line.
local mailboxes, at = {}, 0

function init(arguments)
	for line in io.lines(arguments[1]) do
		local path, claim = line:match("(%S+) (%S+)")
		mailboxes[#mailboxes + 1] = wrk.format("POST", path, {
			["Mailbox-Device-Claim"] = claim,
		}, "")
	end
end

function request()
	at = at % #mailboxes + 1
	return mailboxes[at]
end

function done(summary, latency)
	local failed = summary.errors.status + summary.errors.connect +
	    summary.errors.read + summary.errors.write + summary.errors.timeout
	io.write(string.format("RESULT %.0f %.2f %.2f %d\n",
	    summary.requests / summary.duration * 1e6,
	    latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
