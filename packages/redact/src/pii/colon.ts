import { isHex } from '../char-class.js';
import type { Sink } from '../finding.js';
import type { Plan } from '../plan.js';
import type { Floors } from '../scan.js';
import { macAround } from './documents/mac.js';
import { ip6Around } from './ip6.js';

/** What a colon can stand in besides a name and its value: an IPv6 or a MAC address. */
export function colonAt(text: string, at: number, plan: Plan, floors: Floors, sink: Sink): void {
  if (plan.mac) macAround(text, at, plan, sink);
  if (!plan.ip || at < floors.address) return;
  const next = text.charCodeAt(at + 1);
  if (isHex(next) || next === 0x3a) floors.address = ip6Around(text, at, floors.address, sink);
}
