import type { ContainerModule, Newable } from 'inversify';
import { insideContainer } from './inside-container.js';
import { codeOf, NoSuchTool } from './no-such-tool.js';

/**
 * Makes the object that a tool is a method of, by a container of the child's own: without a trail, with nothing opened,
 * and with the bindings that the tool's module brings along.
 *
 * @throws NoSuchTool for what it needs and the child's container lacks.
 */
export function makeInstance(owner: Newable<object>, modules: unknown): object {
  const container = insideContainer(modulesOf(modules));
  try {
    if (!container.isBound(owner)) container.bind(owner).toSelf().inSingletonScope();
    return container.get(owner);
  } catch (error) {
    throw new NoSuchTool(
      `an object of class "${owner.name.slice(0, 80)}" could not be made inside${codeOf(error)}; ` +
        'what its constructor needs is bound by `export const sandboxModules = [ContainerModule…]` of the same module',
      { cause: error },
    );
  }
}

function modulesOf(modules: unknown): readonly ContainerModule[] {
  if (modules === undefined) return [];
  if (Array.isArray(modules) && modules.every(isModule)) return modules;
  throw new NoSuchTool('the modules for the container inside are no list of ContainerModule');
}

function isModule(value: unknown): value is ContainerModule {
  return typeof value === 'object' && value !== null && typeof (value as { load?: unknown }).load === 'function';
}
