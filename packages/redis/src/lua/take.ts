import { commonLua } from './common.js';

/**
 * Everything of one call, or nothing of it. Answers `{-1}` when a later message of the same process came first, `{1, now,
 * periods…}`, `{2, rate, wait in µs}`, `{3, budget, held}` or `{4, slots}`.
 *
 * KEYS: clock, order, marker; rates; account and holds of each budget; slots.
 * ARGV: sequence, id, lease, cost, counts of the three lists; then four, five and one for each of their members.
 */
export const takeLua = `${commonLua}
local sequence, id, lease, cost = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local rates, budgets, slots = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local now = clock(KEYS[1])
-- The first write: where memory is used up it fails, and nothing is half done.
redis.call('SET', KEYS[1], int(now), 'PX', 86400000)
if sequence <= tonumber(redis.call('GET', KEYS[2]) or '0') then return { -1 } end

local function rate(i)
  local at = 7 + (i - 1) * 4
  return KEYS[3 + i], ARGV[at + 1] == '1', tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), ARGV[at + 4] == '1'
end

-- Counts a refused call where refused calls count.
local function blocked(answer)
  for i = 1, rates do
    local key, gcra, max, length, counts = rate(i)
    if counts then place(key, gcra, max, length, id .. ':' .. i, now, now, true) end
  end
  return answer
end

local ahead = {}
local answer = { 1, int(now) }
local empty = {}
for i = 1, budgets do
  local hash, holds = KEYS[2 + rates + 2 * i], KEYS[3 + rates + 2 * i]
  local at = 7 + rates * 4 + (i - 1) * 5
  local limit, unit = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local current, spent, held = account(hash, holds, unit, now)
  if ARGV[at + 3] ~= '' and tonumber(ARGV[at + 4]) == current then
    spent = spent + own(hash, ARGV[at + 3], tonumber(ARGV[at + 5]), now)
  end
  if held > 0 and cost > 0 then
    -- Nobody will settle these any more: an hour has gone since their leases ended.
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', holds, '-inf', int(now - 3600000000), 'LIMIT', 0, 20)) do
      redis.call('ZREM', holds, member)
      redis.call('HINCRBY', hash, 'h', int(-amountOf(member)))
      redis.call('HINCRBY', hash, 't', int(amountOf(member)))
    end
  end
  local before = ahead[hash] or 0
  ahead[hash] = before + 1
  local used = spent + held + before * cost
  if limit >= 0 and (used + cost > limit or (cost == 0 and used >= limit)) then
    return blocked({ 3, i - 1, int(spent + held) })
  end
  empty[i] = held == 0
  answer[i + 2] = int(current)
end

local firstSlot = 3 + rates + 2 * budgets
for i = 1, slots do
  local key = KEYS[firstSlot + i]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now))
  local before = ahead[key] or 0
  ahead[key] = before + 1
  if redis.call('ZCARD', key) + before >= tonumber(ARGV[7 + rates * 4 + budgets * 5 + i]) then return blocked({ 4, i - 1 }) end
end

-- How long until one more call fits every rate, and which of them takes longest.
local function longestWait()
  local longest, full, asked = 0, 0, {}
  for i = 1, rates do
    local key, gcra, max, length = rate(i)
    local before = asked[key] or 0
    asked[key] = before + 1
    local wait = 0
    if gcra then
      local one = length * (before + 1)
      wait = spread(key, now) + one - now - max * length
      if wait > one + mostAhead then
        redis.call('DEL', key)
        wait = one - max * length
      end
    else
      redis.call('ZREMRANGEBYSCORE', key, '-inf', int(now - length))
      local over = redis.call('ZCARD', key) + before - max
      -- Counted by a clock that was wrong.
      if over >= 0 then over = over - redis.call('ZREMRANGEBYSCORE', key, int(now + mostAhead + 1), '+inf') end
      if over >= 0 then
        local leaving = redis.call('ZRANGE', key, over, over, 'WITHSCORES')[2]
        wait = leaving and math.max(tonumber(leaving) + length - now, 1) or length
      end
    end
    if wait > longest then longest, full = wait, i end
  end
  return longest, full
end

local longest, full = longestWait()
if full > 0 then
  -- Where the blocked call counts too, the wait is longer by it.
  blocked()
  longest, full = longestWait()
  return { 2, full - 1, int(longest) }
end

local marked = false
for i = 1, rates do
  local key, gcra, max, length, counts = rate(i)
  place(key, gcra, max, length, id .. ':' .. i, now, now, false)
  if gcra and not counts and not marked then
    marked = true
    redis.call('SET', KEYS[3], int(now), 'PX', int(math.floor(lease / 1000) + 1000))
  end
end
if cost > 0 then
  for i = 1, budgets do
    local hash, holds = KEYS[2 + rates + 2 * i], KEYS[3 + rates + 2 * i]
    redis.call('ZADD', holds, int(now + lease), id .. ':' .. i .. ':' .. int(cost))
    redis.call('HINCRBY', hash, 'h', int(cost))
    if empty[i] then
      local unit = tonumber(ARGV[7 + rates * 4 + (i - 1) * 5 + 2])
      redis.call('PEXPIRE', hash, keep[unit])
      redis.call('PEXPIRE', holds, keep[unit])
    end
  end
end
for i = 1, slots do
  local key = KEYS[firstSlot + i]
  redis.call('ZADD', key, int(now + lease), id .. ':' .. i)
  if redis.call('PTTL', key) < lease / 1000 then redis.call('PEXPIRE', key, int(math.floor(lease / 1000) + 1000)) end
end
return answer
`;
