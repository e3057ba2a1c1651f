/** What a program needs to be found and to find its files; nothing that could hold a secret. */
const inherited: Readonly<Record<'win32' | 'other', readonly string[]>> = {
  win32: ['APPDATA', 'COMSPEC', 'HOMEDRIVE', 'HOMEPATH', 'LOCALAPPDATA', 'PATH', 'PATHEXT', 'PROCESSOR_ARCHITECTURE', 'PROGRAMDATA', 'PROGRAMFILES', 'SYSTEMDRIVE', 'SYSTEMROOT', 'TEMP', 'TMP', 'USERNAME', 'USERPROFILE', 'WINDIR'],
  other: ['HOME', 'LANG', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'USER'],
};

/** The variables of an upstream server: what the config says, over the few of the gateway's own that a program needs. */
export function childEnvironment(
  own: Readonly<Record<string, string>> | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Record<string, string> {
  const names = inherited[platform === 'win32' ? 'win32' : 'other'];
  const kept = names.flatMap((name) => {
    const value = environment[name];
    // A value that begins so is a function that old shells run when they start.
    return value === undefined || value.startsWith('()') ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...own };
}
