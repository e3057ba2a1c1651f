import { describe, expect, it } from '@jest/globals';
import { enforce, Enforce } from '../enforce.js';
import { Movable, type SiteFacts } from './movable.js';
import { SandboxError } from './sandbox-errors.js';

const module = import.meta.url;
const facts: SiteFacts = { tool: 'a_tool', kind: 'async', hasOpaque: false, name: 'aTool', key: undefined };

class Shop {
  ask(): void {
    // Only its place in the class matters.
  }
}
class Branch extends Shop {}
class Other extends Shop {
  override ask(): void {
    super.ask();
  }
}

function methodOf(key = 'ask'): Movable {
  const movable = new Movable({ level: 'worker', module }, { ...facts, key });
  movable.belongsTo(Shop.prototype.ask);
  return movable;
}

describe('a movable tool', () => {
  it('is named by its function, or by what the option says', () => {
    const byName = new Movable({ module }, facts).requestFor(undefined);
    const byOption = new Movable({ level: 'process', module, export: 'other' }, facts).requestFor(undefined);

    expect(byName).toMatchObject({ level: 'inline', tool: { module, export: 'aTool' } });
    expect(byOption).toMatchObject({ level: 'process', tool: { export: 'other' } });
  });

  it('is named by the class of its instance, and worked out once', () => {
    const movable = methodOf();

    const shop = movable.requestFor(new Shop());

    expect(shop).toMatchObject({ level: 'worker', tool: { export: 'Shop', method: 'ask', isStatic: false } });
    expect(movable.requestFor(new Shop())).toBe(shop);
    expect(movable.requestFor(new Branch())).toMatchObject({ tool: { export: 'Branch' } });
  });

  it.each([
    ['a method of a subclass that overrides it', new Other()],
    ['nothing', undefined],
    ['a bare object', {}],
    ['an object without a prototype', Object.create(null)],
  ])('is not found on %s', (_what, self) => {
    expect(methodOf().requestFor(self)).toMatchObject({ tool: undefined, fault: expect.any(String) });
  });

  it('asks for nothing where no sandbox is named', () => {
    const movable = new Movable(undefined, { ...facts, kind: 'plain' });

    expect(movable.requestFor(new Shop())).toBeUndefined();
    expect(movable.fault).toContain('no module');
  });

  it.each([
    ['names no module', 'worker' as const, facts],
    ['names a module that is no file', { module: 'https://a.example/tool.mjs' }, facts],
    ['names a module that is no text', { module: 7 } as never, facts],
    ['has an unknown level', { level: 'moon', module } as never, facts],
    ['is synchronous', { module }, { ...facts, kind: 'plain' as const }],
    ['is a synchronous generator', { module }, { ...facts, kind: 'generator' as const }],
    ['takes opaque arguments', { module }, { ...facts, hasOpaque: true }],
    ['is a method named by a symbol', { module }, { ...facts, key: Symbol('s') }],
    ['has no name', { module }, { ...facts, name: '' }],
  ])('is refused where it is written when it %s', (_what, option, site) => {
    expect(() => new Movable(option, site)).toThrow(SandboxError);
  });

  it('is refused by the decorator and by enforce, where they stand', () => {
    expect(() => enforce(() => 1, { tool: 'sync', sandbox: { module } })).toThrow('import.meta.url');
    expect(() => {
      class Tools {
        @Enforce({ sandbox: 'worker' })
        async ask(): Promise<void> {
          // Never called.
        }
      }
      return Tools;
    }).toThrow(SandboxError);
  });
});
