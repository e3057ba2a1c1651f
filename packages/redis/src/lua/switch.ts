/**
 * Keeps one event: of each who, the latest. Answers the version of the whole.
 *
 * KEYS: the switch. ARGV: `t` a trip, `r` a reset of a scope, `l` the end of one trip; hash of the scope; who made the trip, or
 * the trip's id; when; the trip's id; the event as JSON; the channel.
 */
export const publishLua = `
local function int(n) return string.format('%.0f', n) end
local key, letter, scope, who, at, id, json = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
local function timeOf(field)
  return tonumber(string.match(redis.call('HGET', key, field) or '', '^([%d.]+) ') or '-1')
end
local field = letter .. ':' .. scope .. ':' .. who
if letter == 'r' then field = 'r:' .. scope elseif letter == 'l' then field = 'l:' .. who end
local isOld = timeOf(field) >= at
if letter == 't' then isOld = isOld or timeOf('r:' .. scope) >= at or redis.call('HEXISTS', key, 'l:' .. id) == 1 end
if isOld then return int(tonumber(redis.call('HGET', key, 'v') or '0')) end

local oldest = tonumber(redis.call('TIME')[1]) * 1000 - 2592000000
redis.call('HSET', key, field, ARGV[4] .. ' ' .. id .. ' ' .. json)
if letter ~= 't' then
  for _, other in ipairs(redis.call('HKEYS', key)) do
    local kind = string.sub(other, 1, 2)
    local isEnded = kind == 't:' and letter == 'r' and string.sub(other, 3, 2 + #scope) == scope and timeOf(other) <= at
    if kind == 't:' and letter == 'l' then
      isEnded = string.match(redis.call('HGET', key, other), '^[%d.]+ (%S+) ') == who
    end
    -- Ends of a month ago: whoever has not heard of them by now keeps its trips.
    if isEnded or ((kind == 'r:' or kind == 'l:') and timeOf(other) < oldest) then redis.call('HDEL', key, other) end
  end
end
local version = redis.call('HINCRBY', key, 'v', 1)
redis.call('PUBLISH', ARGV[7], int(version) .. ' ' .. json)
return int(version)
`;

/**
 * All that is kept, unless the version is the one that is known: `{version}`, `{version, event…}`, or nothing where it is too
 * much to be read.
 *
 * KEYS: the switch. ARGV: known version, most events, longest event.
 */
export const readSwitchLua = `
local version = redis.call('HGET', KEYS[1], 'v') or '0'
if version == ARGV[1] then return { version } end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[2]) then return {} end
local found = { version }
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= 'v' then
    if redis.call('HSTRLEN', KEYS[1], field) > tonumber(ARGV[3]) then return {} end
    found[#found + 1] = redis.call('HGET', KEYS[1], field)
  end
end
return found
`;
