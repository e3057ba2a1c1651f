/** Variables that shells, loaders and common programs take programs, code or places of code from. */
const names: ReadonlySet<string> = new Set([
  'PATH', 'IFS', 'ENV', 'SHELL', 'SHELLOPTS', 'PROMPT_COMMAND', 'PS0', 'PS1', 'PS2', 'PS3', 'PS4', 'CDPATH', 'GLOBIGNORE', 'FIGNORE', 'EXECIGNORE', 'POSIXLY_CORRECT', 'OPTIND',
  'HOME', 'PWD', 'OLDPWD', 'TMPDIR', 'XDG_CONFIG_HOME', 'XDG_CONFIG_DIRS', 'XDG_DATA_DIRS', 'HISTFILE', 'FCEDIT', 'INPUTRC', 'MAIL', 'MAILPATH', 'TEXTDOMAIN', 'TEXTDOMAINDIR',
  'PAGER', 'MANPAGER', 'MANOPT', 'EDITOR', 'VISUAL', 'BROWSER', 'LESS', 'LESSOPEN', 'LESSCLOSE', 'LESSKEY', 'VIMINIT', 'EXINIT', 'TERMINFO', 'TERMCAP',
  'GCONV_PATH', 'LOCPATH', 'NLSPATH', 'MALLOC_TRACE', 'OPENSSL_CONF', 'OPENSSL_MODULES', 'SSH_ASKPASS', 'SUDO_ASKPASS', 'SUDO_EDITOR', 'CVS_RSH',
  'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'JDK_JAVA_OPTIONS', 'JAVA_HOME', 'CLASSPATH', 'MAVEN_OPTS', 'GRADLE_OPTS', 'LUA_INIT', 'LUA_PATH', 'LUA_CPATH', 'PHPRC', 'PHP_INI_SCAN_DIR',
  'MAKEFLAGS', 'MAKEFILES', 'GNUMAKEFLAGS', 'TAR_OPTIONS', 'TAPE', 'ZIPOPT', 'UNZIP', 'CURL_HOME', 'WGETRC', 'AWKPATH', 'AWKLIBPATH', 'CC', 'CXX', 'RUSTC', 'RUSTC_WRAPPER', 'GOFLAGS',
]);
const prefixes = ['LD_', 'DYLD_', 'BASH', 'GIT_', 'PYTHON', 'PERL', 'RUBY', 'GEM_', 'BUNDLE_', 'NODE_', 'NPM_CONFIG_', 'RSYNC_', 'CARGO_', 'DOCKER_', 'KUBE', 'GTK_', 'QT_', 'LUA_'];

/** Whether setting the variable can change which code later commands run. */
export function steersExecution(variable: string): boolean {
  const name = variable.toUpperCase();
  return names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
