/** What the code declared, by class: labels of fields by the prototype that has them, labels of parameters by method. */
const fields = new WeakMap<object, Map<string, number>>();
const parameters = new WeakMap<object, Map<string | symbol, Map<number, number>>>();
const state = { fields: false, parameters: false, generation: 0 };

/** Labels only rise: of two for one field or parameter, the higher counts. */
export function declareField(owner: object, name: string, rank: number): void {
  const labels = entryOf(fields, owner, () => new Map<string, number>());
  if ((labels.get(name) ?? -1) >= rank) return;
  labels.set(name, rank);
  state.fields = true;
  state.generation += 1;
}

export function declareParameter(owner: object, method: string | symbol, index: number, rank: number): void {
  const methods = entryOf(parameters, owner, () => new Map<string | symbol, Map<number, number>>());
  const labels = entryOf(methods, method, () => new Map<number, number>());
  labels.set(index, Math.max(rank, labels.get(index) ?? 0));
  state.parameters = true;
}

export function declaredFields(owner: object): ReadonlyMap<string, number> | undefined {
  return fields.get(owner);
}

export function declaredParameters(owner: object, method: string | symbol): ReadonlyMap<number, number> | undefined {
  return parameters.get(owner)?.get(method);
}

/** Whether any class of the process has a label on a field. */
export function anyFieldDeclared(): boolean {
  return state.fields;
}

export function anyLabelDeclared(): boolean {
  return state.fields || state.parameters;
}

/** Changes whenever a field gets a new label, so that what was worked out before can be thrown away. */
export function fieldGeneration(): number {
  return state.generation;
}

interface Lookup<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function entryOf<K, V>(map: Lookup<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
