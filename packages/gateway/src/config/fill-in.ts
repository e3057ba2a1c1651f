/** Variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Filled = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'missing'; readonly name: string };

const variable = /\$(\$)?\{([A-Za-z_]\w{0,199})\}/g;

/** Puts variables in the place of `${NAME}`, once: what a variable holds is not looked through again. `$${NAME}` stays `${NAME}`. */
export function fillIn(text: string, env: Environment | undefined): Filled {
  let missing: string | undefined;
  const filled = text.replace(variable, (all: string, escape: string | undefined, name: string) => {
    if (escape !== undefined) return all.slice(1);
    const value = env !== undefined && Object.hasOwn(env, name) ? (env[name] ?? '') : '';
    // Empty counts as missing: a token that is empty would let everybody in.
    if (value === '') missing ??= name;
    return value;
  });
  return missing === undefined ? { kind: 'text', text: filled } : { kind: 'missing', name: missing };
}
