export { cosignCheckpoint, policyWitnesses, type CosignedCheckpoint, type CosignFailure, type CosignOptions, type LeavesFrom } from './cosign.js';
export { LogWitness, WITNESS_CHANNEL, type WitnessLogger } from './log-witness.js';
export { WitnessClient, type Cosignature, type CosignRequest, type WitnessClientOptions } from './witness-client.js';
export { isSatisfied, parseWitnessPolicy, type PolicyGroup, type PolicyMember, type PolicyWitness, type WitnessPolicy } from './witness-policy.js';
export { createWitness, WitnessServer, type WitnessAddress, type WitnessServerOptions } from './witness-server.js';
export { CallbackWitness, FileWitness, type Witness, type WitnessRecord } from './witness.js';
