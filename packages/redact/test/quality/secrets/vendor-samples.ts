import { bareForms, keyedForms, nameOf, nearForms, type Form } from './forms.js';
import { moreForms } from './more-forms.js';
import { pick, seeded, some, type Random } from './random.js';
import { place, sampleOf, type Sample } from './sample.js';
import { cloudVendors } from './vendors/cloud.js';
import { codeVendors } from './vendors/code.js';
import { machineVendors } from './vendors/machines.js';
import { moneyVendors } from './vendors/money.js';
import { peopleVendors } from './vendors/people.js';
import { writtenValue, type Vendor } from './vendors/vendor.js';

export const vendors: readonly Vendor[] = [...cloudVendors, ...codeVendors, ...moneyVendors, ...peopleVendors, ...machineVendors];

/** Names near the value without a sign between are kept apart: they are a guess, not a format. */
export type VendorGroup = 'prefix' | 'keyword' | 'near';

/** Values of every vendor, each written in several ways; another seed is another set of the same kind. */
export function vendorSamples(seed: string): readonly Sample[] {
  return vendors.flatMap((vendor) => samplesOf(vendor, seeded(`${seed} ${vendor.name}`)));
}

function samplesOf(vendor: Vendor, random: Random): Sample[] {
  const forms: readonly Form[] = vendor.kind === 'prefix' ? [...some(random, keyedForms, 4), ...some(random, moreForms, 2), ...some(random, bareForms, 4)] : [...some(random, keyedForms, 5), ...some(random, moreForms, 4)];
  const made = forms.map((form) => written(vendor, vendor.kind, form, random));
  return vendor.kind === 'prefix' ? made : [...made, written(vendor, 'near', pick(random, nearForms), random)];
}

function written(vendor: Vendor, group: VendorGroup, [form, write]: Form, random: Random): Sample {
  const { before, value, after } = writtenValue(pick(random, vendor.templates), random);
  const name = nameOf(pick(random, vendor.names));
  const inUrl = /^(?:query|fragment|http form)/.test(form) ? value.replaceAll(/[+/=]/g, 'x') : value;
  return sampleOf(group, vendor.name, form, write(name, before + place + after), inUrl);
}
