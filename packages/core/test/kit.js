import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Auditor, createContainer, Policy } from '../src/index.js';
import { MemoryAuditor } from '../src/testing/index.js';
/** A container with these rules, no environment, and entries kept in memory. */
export function houseWith(rules = {}, settings = {}, top = {}) {
    const container = createContainer({ policy: Policy.from({ name: 'test', rules, ...top }), environment: {}, settings });
    const auditor = new MemoryAuditor();
    container.rebind(Auditor).toConstantValue(auditor);
    return { container, auditor };
}
const folders = [];
export function tempFolder() {
    const folder = mkdtempSync(join(tmpdir(), 'enforcecore-test-'));
    folders.push(folder);
    return folder;
}
export function removeTempFolders() {
    for (const folder of folders.splice(0))
        rmSync(folder, { recursive: true, force: true });
}
/** What a body throws, for assertions on more than its message. */
export async function errorOf(body) {
    try {
        await body();
    }
    catch (error) {
        return error;
    }
    throw new Error('expected an error');
}
//# sourceMappingURL=kit.js.map