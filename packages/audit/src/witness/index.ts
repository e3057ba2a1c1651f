export type { Cosigner, CosignRequest } from './cosigner.js';
export { cosignCheckpoint, policyWitnesses, type CosignedCheckpoint, type CosignFailure, type CosignOptions, type LeavesFrom } from './cosign.js';
export { LogWitness, WITNESS_CHANNEL, type WitnessLogger } from './log-witness.js';
export { WitnessAheadError } from './witness-ahead-error.js';
export { WitnessClient, type Cosignature, type WitnessClientOptions, type WitnessRequest } from './witness-client.js';
export { isSatisfied, parseWitnessPolicy, type PolicyGroup, type PolicyMember, type PolicyWitness, type WitnessPolicy } from './witness-policy.js';
export { createWitness, WitnessServer, type AnsweredRequest, type WitnessAddress, type WitnessServerOptions } from './witness-server.js';
export { WitnessCosigner, type WitnessCosignerOptions } from './witness-cosigner.js';
export { CallbackWitness, FileWitness, type Witness, type WitnessRecord } from './witness.js';
