import { bearerSamples } from './named/bearer-samples.js';
import { blockSamples } from './named/block-samples.js';
import { cloudSamples } from './named/cloud-samples.js';
import { keySamples } from './named/key-samples.js';
import { urlSamples } from './named/url-samples.js';
import { seeded } from './random.js';
import type { Sample } from './sample.js';

/** The eleven kinds of secrets that the Python EnforceCore names, each in forty ways or more. */
export function namedSamples(seed: string): readonly Sample[] {
  const random = seeded(`${seed} named`);
  return [...keySamples(random), ...bearerSamples(random), ...blockSamples(random), ...urlSamples(random), ...cloudSamples(random)];
}
