const rules = new Map<string, Intl.PluralRules>();

/** The form for this number by the rules of the language; `other` where it has no form of its own. */
export function plural(code: string, count: number, forms: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>): string {
  let rule = rules.get(code);
  if (!rule) rules.set(code, (rule = new Intl.PluralRules(code)));
  return forms[rule.select(count)] ?? forms.other;
}
