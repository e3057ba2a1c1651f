export { redactNodeTransform } from './redact-node-transform.js';
export { EncryptedFileVault, type EncryptedFileVaultOptions, type VaultWarning } from '../vault/encrypted-file-vault.js';
