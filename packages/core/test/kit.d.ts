import { type EnforceContainer, type Settings } from '../src/index.js';
import { MemoryAuditor } from '../src/testing/index.js';
export interface TestHouse {
    readonly container: EnforceContainer;
    readonly auditor: MemoryAuditor;
}
/** A container with these rules, no environment, and entries kept in memory. */
export declare function houseWith(rules?: object, settings?: Partial<Settings>, top?: object): TestHouse;
export declare function tempFolder(): string;
export declare function removeTempFolders(): void;
/** What a body throws, for assertions on more than its message. */
export declare function errorOf(body: () => unknown): Promise<unknown>;
//# sourceMappingURL=kit.d.ts.map