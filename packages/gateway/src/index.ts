export type { GatewayConfig } from './config/gateway-config.js';
export type { PinnedParts, PinStore, PinVerdict } from './pins/pin-store.js';
