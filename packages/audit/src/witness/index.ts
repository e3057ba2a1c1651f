export type { Witness, WitnessRecord } from './witness.js';
