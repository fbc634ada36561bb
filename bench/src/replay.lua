-- Replays the requests of a file: for each a line with its length, then its bytes. "once" stops after the last one.
local requests, count, position, once = {}, 0, 0, false

function init(args)
  local file = assert(io.open(args[1], "rb"))
  once = args[2] == "once"
  while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    count = count + 1
    requests[count] = file:read(length)
  end
  file:close()
end

function request()
  position = position + 1
  if position > count then
    if once then wrk.thread:stop() end
    position = 1
  end
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"duration_us":%d,"failed":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
