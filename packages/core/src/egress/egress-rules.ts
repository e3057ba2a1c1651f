import type { AddressBlock } from '../policy/network/address-block.js';
import type { NetworkCheck } from '../policy/rules/text-checks.js';

/** What a running tool may do with the network, and how far its child processes may. */
export interface EgressRules {
  /** Every one of them has to let a host pass, by its name; one whose action is `log` only notes what it would refuse. */
  readonly checks: readonly NetworkCheck[];
  /** Addresses that may be reached though they are not public. */
  readonly allowedAddresses: readonly AddressBlock[];
  /** `deny`: none may be started. `proxy`: they get the address of a filtering proxy. `allow`: they are not looked at. */
  readonly childProcesses: 'deny' | 'proxy' | 'allow';
}
