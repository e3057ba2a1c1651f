import { RulePattern, type ContentRule } from './content-rule.js';

export const codeExecution: ContentRule = {
  category: 'code_execution',
  description: 'code that runs code: eval, exec, dynamic imports, process calls, deserialisers, template escapes',
  patterns: [
    // Called with something, and neither a method (`model.eval(x)`, `re.exec(s)`) nor a definition.
    new RulePattern(/(?<![\w.$])(?<!\b(?:def|function|fn|func|async)[ \t]{1,4})(?:eval|exec|execfile)[ \t]{0,2}\([ \t\n]{0,8}[^\s)]/),
    new RulePattern(/(?<![\w.$])compile[ \t]{0,2}\([^\n)]{1,200},[ \t]{0,4}["'](?:exec|eval|single)["']/),
    new RulePattern(/__import__[ \t]{0,2}\(|\bimportlib\.import_module[ \t]{0,2}\(/),
    new RulePattern(/\bos\.(?:system|popen|exec[lv]p?e?|spawn[lv]p?e?|posix_spawn)[ \t]{0,2}\(/),
    new RulePattern(/\bsubprocess\.(?:call|run|Popen|check_output|check_call|getoutput|getstatusoutput)[ \t]{0,2}\(/),
    new RulePattern(/\b(?:require|import)[ \t]{0,2}\([ \t]{0,2}["'](?:node:)?(?:child_process|vm)["']|\bprocess\.binding[ \t]{0,2}\(|\bprocess\.mainModule\b/),
    new RulePattern(/(?<![\w.$])(?:execSync|execFileSync|spawnSync)[ \t]{0,2}\([ \t]{0,4}[^\s)]|\bchild_process\.\w{1,20}[ \t]{0,2}\(/),
    new RulePattern(/\bnew[ \t]{1,4}Function[ \t]{0,2}\([ \t]{0,4}["'`]|\bconstructor\.constructor\b|\bvm\.runIn(?:This|New)?Context[ \t]{0,2}\(/),
    new RulePattern(/\bset(?:Timeout|Interval)[ \t]{0,2}\([ \t]{0,4}["'`]/),
    new RulePattern(/\bRuntime\.getRuntime\(\)\.exec[ \t]{0,2}\(|\bnew[ \t]{1,4}ProcessBuilder[ \t]{0,2}\(/),
    new RulePattern(/(?<![\w.$>:])(?:shell_exec|passthru|proc_open|pcntl_exec|popen)[ \t]{0,2}\([ \t]{0,4}[^\s)]|(?<![\w.$>:])system[ \t]{0,2}\([ \t]{0,4}["'$]/),
    new RulePattern(/\b(?:c?[pP]ickle|marshal|dill|shelve)\.loads?[ \t]{0,2}\(|\byaml\.(?:unsafe_load|full_load)[ \t]{0,2}\(/),
    new RulePattern(/__(?:subclasses|globals|builtins|mro|bases)__|\b__class__\.__/),
    new RulePattern(/\$\{(?:jndi:|[^}\n]{0,40}\b(?:Runtime|ProcessBuilder)\b)/i),
    new RulePattern(/\{\{[^}\n]{0,80}(?:__class__|\bconfig\.items\b|\bself\._|\brequest\.application\b)/),
  ],
};
