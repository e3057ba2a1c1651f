import { type WrapperOptions } from './shell-options.js';

/**
 * Programs that run the words behind their options (POSIX utilities, GNU coreutils, util-linux, sudo). An option that is not listed
 * here is refused, since the command behind it cannot be found for certain.
 */
export const wrappers: ReadonlyMap<string, WrapperOptions> = new Map<string, WrapperOptions>([
  ['builtin', {}],
  ['busybox', {}],
  ['caffeinate', { flags: 'dimsu', valued: 'tw' }],
  ['chroot', { longValued: ['userspec', 'groups'], operands: 1 }],
  ['chrt', { flags: 'abfiorR', operands: 1 }],
  ['command', { flags: 'pvV' }],
  ['dbus-run-session', {}],
  ['doas', { flags: 'n', valued: 'uC' }],
  ['env', { flags: 'i0v', valued: 'uC', longFlags: ['ignore-environment', 'null', 'debug'], longValued: ['unset', 'chdir'], assignments: true }],
  ['exec', { flags: 'cl', valued: 'a' }],
  ['fakeroot', {}],
  ['ionice', { flags: 't', valued: 'cn' }],
  ['ltrace', { flags: 'fciS', valued: 'eopsnu' }],
  ['nice', { flags: '0123456789', valued: 'n', longValued: ['adjustment'] }],
  ['nohup', {}],
  ['numactl', { valued: 'NmCipP' }],
  ['pkexec', { longValued: ['user'] }],
  ['setarch', { flags: 'R', operands: 1 }],
  ['setsid', { flags: 'cfw', longFlags: ['ctty', 'fork', 'wait'] }],
  ['stdbuf', { valued: 'ioe', longValued: ['input', 'output', 'error'] }],
  ['strace', { flags: 'cfiqrtTvxy', valued: 'eopsSu' }],
  [
    'sudo',
    {
      flags: 'AbEHknPS',
      valued: 'ughpCDRTUrt',
      longFlags: ['non-interactive', 'preserve-env', 'set-home', 'stdin', 'background', 'reset-timestamp'],
      longValued: ['user', 'group', 'host', 'prompt', 'chdir', 'close-from', 'command-timeout', 'other-user'],
      assignments: true,
    },
  ],
  ['taskset', { flags: 'a', operands: 1 }],
  ['time', { flags: 'apvq', valued: 'fo', longFlags: ['portability', 'verbose', 'append', 'quiet'], longValued: ['format', 'output'] }],
  ['timeout', { flags: 'fpv', valued: 'ks', longFlags: ['foreground', 'preserve-status', 'verbose'], longValued: ['kill-after', 'signal'], operands: 1 }],
  ['toybox', {}],
  ['unbuffer', { flags: 'p' }],
]);

/** xargs appends words that it reads to the command behind its options. */
export const xargs: WrapperOptions = {
  flags: '0rtpxo',
  valued: 'adEILnPsJR',
  longFlags: ['null', 'no-run-if-empty', 'verbose', 'interactive', 'exit', 'open-tty'],
  longValued: ['arg-file', 'delimiter', 'max-lines', 'max-args', 'max-procs', 'max-chars', 'process-slot-var'],
};

/** Options with which a program runs something else than itself. GNU programs also take the beginning of a long name. */
export const runningOptions: ReadonlyMap<string, { readonly long?: readonly string[]; readonly short?: string }> = new Map([
  ['tar', { long: ['checkpoint-action', 'to-command', 'use-compress-program', 'info-script', 'new-volume-script', 'rsh-command', 'rmt-command'], short: 'IF' }],
  ['bsdtar', { long: ['use-compress-program'] }],
  ['rsync', { long: ['rsh', 'rsync-path'], short: 'e' }],
  ['sort', { long: ['compress-program'] }],
  ['split', { long: ['filter'] }],
  ['zip', { long: ['unzip-command'], short: 'T' }],
  ['man', { long: ['pager', 'preprocessor', 'html'], short: 'PH' }],
  ['scp', { short: 'So' }],
  ['sftp', { short: 'So' }],
  ['curl', { long: ['config'], short: 'K' }],
  ['wget', { long: ['use-askpass', 'execute', 'config'], short: 'e' }],
  ['rg', { long: ['pre', 'hostname-bin'] }],
  ['fd', { long: ['exec', 'exec-batch'], short: 'xX' }],
  ['sed', { long: ['file'], short: 'f' }],
  ['make', { long: ['eval', 'file', 'makefile'], short: 'Ef' }],
  ['tcpdump', { short: 'z' }],
  ['git', { long: ['upload-pack', 'receive-pack', 'exec', 'exec-path', 'extcmd', 'open-files-in-pager', 'config-env', 'template'], short: 'O' }],
]);

/** Shells whose texts are read here: the first group reads POSIX only. */
export const posixShells: ReadonlySet<string> = new Set(['sh', 'dash', 'ash']);
export const bashShells: ReadonlySet<string> = new Set(['bash', 'rbash']);
/** Shells that read another language, so that their texts cannot be looked into. */
export const otherShells: ReadonlySet<string> = new Set(['zsh', 'ksh', 'mksh', 'ksh93', 'pdksh', 'yash', 'csh', 'tcsh', 'fish', 'pwsh', 'powershell', 'cmd', 'elvish', 'nu', 'xonsh', 'parallel']);

/** Builtins that change what later words mean or hide a command from a reader (POSIX 2.14, bash reference manual 4). */
export const changingBuiltins: ReadonlySet<string> = new Set([
  'alias', 'unalias', 'bind', 'complete', 'compgen', 'compopt', 'enable', 'fc', 'hash', 'history', 'let', 'getopts', 'mapfile', 'readarray', 'shopt', 'caller', 'coproc', 'function',
]);

export const declaringBuiltins: ReadonlySet<string> = new Set(['export', 'readonly', 'declare', 'typeset', 'local', 'read', 'unset']);

/** git subcommands that run what a configuration or an argument says. */
export const runningGitCommands: ReadonlySet<string> = new Set([
  'bisect', 'config', 'daemon', 'difftool', 'filter-branch', 'filter-repo', 'fast-import', 'hook', 'instaweb', 'mergetool', 'send-email', 'submodule', 'svn', 'p4', 'upload-pack', 'receive-pack', 'shell', 'maintenance',
]);
