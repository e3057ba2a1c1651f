/**
 * Keeps one event: of each who, the latest. Answers the version of the whole, which every write changes: a number that grows,
 * and a word nobody can guess, so that no two histories of one switch are ever taken for the same.
 *
 * KEYS: the switch. ARGV: `t` a trip, `r` a reset of a scope, `l` the end of one trip; hash of the scope; who made the trip, or
 * the trip's id; when; the trip's id; the event as JSON; the channel; a new word.
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
if isOld then return redis.call('HGET', key, 'v') or '0' end

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
    if isEnded or (other ~= field and (kind == 'r:' or kind == 'l:') and timeOf(other) < oldest) then redis.call('HDEL', key, other) end
  end
end
local version = redis.call('HINCRBY', key, 'v', 1)
redis.call('HSET', key, 'i', ARGV[8])
redis.call('PUBLISH', ARGV[7], json)
return int(version)
`;

/**
 * All that is kept, unless the version is the one that is known: `{number, word}`, `{number, word, event…}`, or nothing where it
 * is too much to be read.
 *
 * KEYS: the switch. ARGV: known number and word, most events, longest event.
 */
export const readSwitchLua = `
local version, word = redis.call('HGET', KEYS[1], 'v') or '0', redis.call('HGET', KEYS[1], 'i') or ''
if version == ARGV[1] and word == ARGV[2] then return { version, word } end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[3]) then return {} end
local found = { version, word }
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= 'v' and field ~= 'i' then
    if redis.call('HSTRLEN', KEYS[1], field) > tonumber(ARGV[4]) then return {} end
    found[#found + 1] = redis.call('HGET', KEYS[1], field)
  end
end
return found
`;
