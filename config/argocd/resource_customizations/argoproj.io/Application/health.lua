-- Argo CD gives an Application that another one applies no health by itself; waves of them then do
-- not wait for each other.
local status = obj.status or {}
local health = status.health or {}

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "being deleted" }
end
if health.status == nil then
  return { status = "Progressing", message = "not looked at yet" }
end
-- Healthy may be what was there before the sync.
if (status.sync or {}).status == "OutOfSync" and health.status == "Healthy" then
  return { status = "Progressing", message = "not synced yet" }
end
return { status = health.status, message = health.message or "" }
