import { commonLua } from './common.js';

/**
 * What became of calls, in one message: a list of operations, each of which may come twice. Answers the server's time, or
 * -1 when a later message of the same process came first.
 *
 * KEYS: clock, order, then those of the operations. ARGV: sequence, then a letter for each operation and what it needs.
 */
export const updateLua = `${commonLua}
local sequence = tonumber(ARGV[1])
if sequence <= tonumber(redis.call('GET', KEYS[2]) or '0') then return '-1' end
-- Deleting is allowed where memory is used up, and what follows a first write is too: calls that end must give back.
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[2], int(sequence), 'PX', 86400000)
local now = clock(KEYS[1])
local k, a = 2, 1
local function key() k = k + 1 return KEYS[k] end
local function arg() a = a + 1 return ARGV[a] end
local function number() return tonumber(arg()) end
local operations, givenAt = {}, nil

local function longer(set, member, lease)
  local ends = redis.call('ZSCORE', set, member)
  if ends and tonumber(ends) < now + lease then redis.call('ZADD', set, int(now + lease), member) end
  return ends
end

-- What this process has spent in an account.
operations.o = function()
  local hash, holds, unit, period, field, amount = key(), key(), number(), number(), arg(), number()
  local current = account(hash, holds, unit, now)
  if period < current then return end
  own(hash, field, amount, now)
  redis.call('PEXPIRE', hash, keep[unit])
  if unit == 0 then redis.call('PEXPIRE', holds, keep[unit]) end
end

-- Money that was set aside. 's': settled, its cost comes by 'o'. 'r': not spent, unless the lease is over. 'a': never was.
operations.d = function()
  local hash, holds, period, member, how = key(), key(), arg(), arg(), arg()
  if period ~= '' and period ~= redis.call('HGET', hash, 'd') then return end
  local ends = redis.call('ZSCORE', holds, member)
  if not ends then return end
  redis.call('ZREM', holds, member)
  redis.call('HINCRBY', hash, 'h', int(-amountOf(member)))
  if how == 'r' and tonumber(ends) <= now then redis.call('HINCRBY', hash, 't', int(amountOf(member))) end
end

operations.s = function()
  local slots = key()
  redis.call('ZREM', slots, arg())
end

-- Whether the places of a call in gcra rates are still to be given back.
operations.m = function()
  local marker = key()
  givenAt = tonumber(redis.call('GET', marker) or '')
  redis.call('DEL', marker)
end

operations.g = function()
  local rate, length = key(), number()
  local tat, since = spread(rate, now)
  if not givenAt or givenAt < since or tat <= now then return end
  if tat - length > now then setSpread(rate, tat - length, since, now) else redis.call('DEL', rate) end
end

operations.r = function()
  local rate = key()
  redis.call('ZREM', rate, arg())
end

-- A call that is running: put back where the server lost it.
operations.H = function()
  local hash, holds, unit, period, member, lease = key(), key(), number(), number(), arg(), number()
  local current = account(hash, holds, unit, now)
  if period < current then return end
  if redis.call('ZADD', holds, 'NX', int(now + lease), member) == 0 then
    longer(holds, member, lease)
    return
  end
  redis.call('HINCRBY', hash, 'h', int(amountOf(member)))
  redis.call('PEXPIRE', hash, keep[unit])
  redis.call('PEXPIRE', holds, keep[unit])
end

operations.S = function()
  local slots, member, lease = key(), arg(), number()
  redis.call('ZADD', slots, 'NX', int(now + lease), member)
  longer(slots, member, lease)
  if redis.call('PTTL', slots) < lease / 1000 then redis.call('PEXPIRE', slots, int(math.floor(lease / 1000) + 1000)) end
end

-- A call that is still running. What is not there any more is not put back: another may have its place.
operations.L = function()
  local set, member, lease = key(), arg(), number()
  if not longer(set, member, lease) then return end
  if redis.call('PTTL', set) < lease / 1000 then redis.call('PEXPIRE', set, int(math.floor(lease / 1000) + 1000)) end
end

-- A call that was counted elsewhere, so long ago.
operations.c = function()
  local rate, gcra, max, length, member, age = key(), arg() == '1', number(), number(), arg(), number()
  if age >= length and not gcra then return end
  place(rate, gcra, max, length, member, now - age, now, true)
end

while a < #ARGV do operations[arg()]() end
return int(now)
`;

/** Money spent in the present period, with what was set aside by calls whose lease is over. KEYS: clock, account, holds. ARGV: unit. */
export const spentLua = `${commonLua}
local now = clock(KEYS[1])
local read = redis.call('HMGET', KEYS[2], 'd', 't')
local known = tonumber(read[1] or '')
if not known or known < period(tonumber(ARGV[1]), now) then return '0' end
local spent = tonumber(read[2])
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', int(now))) do spent = spent + amountOf(member) end
return int(spent)
`;
