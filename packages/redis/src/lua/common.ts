/** What the scripts share. Numbers are written by `int`: Lua's own text of a number keeps 14 digits only. */
export const commonLua = `
local function int(n) return string.format('%.0f', n) end

-- Clocks of servers that take over from each other differ by less. What is further ahead was a clock that was wrong.
local mostAhead = 300000000

-- The server's time in microseconds. INVARIANT: never goes back within that, even where a replica whose clock is behind takes over.
local function clock(key)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  local seen = tonumber(redis.call('GET', key) or '0') or 0
  if seen > now and seen <= now + mostAhead then return seen end
  return now
end

local function leap(year) return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) end

-- The number of a budget's period in UTC. Units: 0 ever, 1 hour, 2 day, 3 month. The same as period.ts.
local function period(unit, now)
  if unit == 0 then return 0 end
  if unit == 1 then return math.floor(now / 3600000000) end
  local days = math.floor(now / 86400000000)
  if unit == 2 then return days end
  local year, left = 1970, days
  while left >= (leap(year) and 366 or 365) do
    left = left - (leap(year) and 366 or 365)
    year = year + 1
  end
  local lengths = { 31, leap(year) and 29 or 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
  local month = 1
  while left >= lengths[month] do
    left = left - lengths[month]
    month = month + 1
  end
  return year * 12 + month - 1
end

-- How long an account is kept without use: longer than its period, so that nothing stays for ever.
local keep = { [0] = 34560000000, [1] = 10800000, [2] = 172800000, [3] = 3456000000 }

-- An account as it stands in its present period: period, spent, set aside.
local function account(hash, holds, unit, now)
  local current = period(unit, now)
  local read = redis.call('HMGET', hash, 'd', 't', 'h')
  local known = tonumber(read[1] or '')
  if known and known >= current then return known, tonumber(read[2]), tonumber(read[3]) end
  redis.call('DEL', hash, holds)
  redis.call('HSET', hash, 'd', int(current), 't', '0', 'h', '0')
  redis.call('PEXPIRE', hash, keep[unit])
  return current, 0, 0
end

-- Fields of processes that are gone: what they spent stays in the sum.
local function forget(hash, seconds)
  local fields = redis.call('HLEN', hash)
  if fields < 300 or fields % 4 > 0 then return end
  -- A part of them, from where the last look ended.
  local found = redis.call('HSCAN', hash, redis.call('HGET', hash, 'c') or '0', 'COUNT', 100)
  if found[1] == '0' then redis.call('HDEL', hash, 'c') else redis.call('HSET', hash, 'c', found[1]) end
  local all = found[2]
  for i = 1, #all, 2 do
    local seen = string.sub(all[i], 1, 1) == 'p' and tonumber(string.match(all[i + 1], ' (%d+)$') or '0')
    if seen and seen < seconds - 86400 then redis.call('HDEL', hash, all[i]) end
  end
end

-- What one process has spent in the period, as it knows it: only ever more. What the server had lost is put back here.
local function own(hash, field, amount, now)
  local text = redis.call('HGET', hash, field)
  local known = text and tonumber(string.match(text, '^%d+') or '0') or 0
  if amount <= known then return 0 end
  if not text then forget(hash, math.floor(now / 1000000)) end
  redis.call('HSET', hash, field, int(amount) .. ' ' .. int(math.floor(now / 1000000)))
  redis.call('HINCRBY', hash, 't', int(amount - known))
  return amount - known
end

local function amountOf(member) return tonumber(string.match(member, ':(%d+)$') or '0') end

-- tat: when the calls so far would have been spread out to the end. since: when it last began from nothing.
local function spread(key, now)
  local tat, since = string.match(redis.call('GET', key) or '', '^(%d+) (%d+)$')
  tat, since = tonumber(tat or '0'), tonumber(since or '0')
  if tat <= now then return now, now end
  return tat, since
end

local function setSpread(key, tat, since, now)
  redis.call('SET', key, int(tat) .. ' ' .. int(since), 'PX', int(math.floor((tat - now) / 1000) + 1000))
end

-- Counts one call; a blocked one fills what is there to fill, and no more.
local function place(key, gcra, max, length, member, at, now, isBlocked)
  if gcra then
    local tat, since = spread(key, now)
    tat = tat + length
    if isBlocked and tat > now + max * length then tat = now + max * length end
    if tat > now then setSpread(key, tat, since, now) end
    return
  end
  redis.call('ZADD', key, int(at), member)
  if isBlocked then redis.call('ZREMRANGEBYRANK', key, 0, -(max + 1)) end
  redis.call('PEXPIRE', key, int(math.floor(length / 1000) + 1000))
end
`;
