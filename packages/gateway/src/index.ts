export { Gateway, type GatewayOptions } from './gateway.js';
export type { UpstreamState, UpstreamStatus } from './upstream/upstream-status.js';
export type { GatewayConfig } from './config/gateway-config.js';
export type { PinnedParts, PinStore, PinVerdict } from './pins/pin-store.js';

// Configuration
export { GatewayConfigError } from './config/config-error.js';
export { commandConfig, type CommandOptions } from './config/command-config.js';
export { defaultPinFile, loadGatewayConfig, readGatewayConfig, type LoadOptions } from './config/load-gateway-config.js';
export type { HttpAuth, HttpServe, HttpUpstream, OAuthConfig, PassRule, PassRules, ServeConfig, StdioUpstream, UpstreamConfig } from './config/gateway-config.js';
export { httpDefaults } from './config/read-serve.js';

// Pins
export { FilePinStore, type FilePinStoreOptions } from './pins/file-pin-store.js';
export { PinBook, type Approval } from './pins/pin-book.js';
export { differencesOf, type PartDifference } from './pins/difference.js';
export { visibleName, visibleText } from './pins/visible-text.js';
export { faultIn, faultWords, type FormFault, type HeldFor } from './pins/form-fault.js';
export { PinFileError } from './pins/pin-file-error.js';
export type { HeldReason, HeldSnapshot, Pin } from './pins/pin-document.js';
export type { PartSnapshot, PinPart, Snapshot } from './pins/snapshot.js';

// Serving
export { serveHttp, type HttpOptions, type HttpServing } from './serve/serve-http.js';
export { serveStdio, type Serving, type StdioOptions } from './serve/serve-stdio.js';
export { checkGateway, type CheckedServer, type CheckedTool, type CheckOptions } from './serve/check-gateway.js';
export type { SessionSource } from './serve/session-source.js';
