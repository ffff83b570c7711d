-- What a node's daemon says of its programs. Programs that wait for something make no node unhealthy.
local status = obj.status or {}

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "the node is leaving" }
end
if status.observedGeneration == nil then
  return { status = "Progressing", message = "nothing heard of the node's daemon yet" }
end
if status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "the daemon has not seen this specification yet" }
end

local bad = { Failed = true, Incompatible = true, Quarantined = true }
local pending = 0
for _, program in ipairs(status.programs or {}) do
  if bad[program.state] then
    return {
      status = "Degraded",
      message = program.namespace .. "/" .. program.name .. ": " .. (program.message or program.state)
    }
  end
  if program.state == "Pending" then
    pending = pending + 1
  end
end
if pending > 0 then
  return { status = "Progressing", message = status.summary or "" }
end
return { status = "Healthy", message = status.summary or "nothing to run" }
