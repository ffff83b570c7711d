-- Degraded means that somebody has to change something: a sync that waits for this program gives up.
-- What may come by itself (a rollout, a registry that does not answer, a node that restarts) is
-- Progressing, with its cause.
local status = obj.status or {}

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "leaving its nodes" }
end
if status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "the operator has not seen this specification yet" }
end

local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local ready = conditions["Ready"] or { status = "Unknown", message = "" }
local stalled = conditions["Stalled"] or { status = "False" }

if stalled.status == "True" then
  return { status = "Degraded", message = stalled.reason .. ": " .. stalled.message }
end
if ready.status ~= "True" then
  return { status = "Progressing", message = ready.message }
end
if status.phase == "Suspended" then
  return { status = "Suspended", message = ready.message }
end
return { status = "Healthy", message = ready.message }
