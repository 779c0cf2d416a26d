/**
 * The Handlebars template of the comment on a pull request. Every `{{{text}}}` was escaped by `render-markdown.ts`; here is
 * all of the Markdown and HTML that may occur.
 */
export const markdownTemplate = `### {{{title}}}: {{{summary}}}

{{#if passed}}The review **passes**.{{else}}The review **{{{verdict}}}**.{{/if}}

{{#if table}}
| | what | where |
|---|---|---|
{{#each table}}
| {{{level}}} | {{{message}}} | {{{place}}} |
{{/each}}
{{#if tableMore}}
| | {{{tableMore}}} | |
{{/if}}

{{/if}}
{{#each findings}}
<details><summary>{{{title}}}: {{{count}}}</summary>

{{#each items}}
- {{{level}}} {{{message}}}<br>{{{details}}}
{{/each}}
{{#if more}}
- {{{more}}}
{{/if}}

</details>

{{/each}}
{{#if groups}}
<details><summary>What changes, by the line that causes it</summary>

{{#each groups}}
- <code>{{{place}}}</code>
{{#each changes}}
  - {{{action}}} <code>{{{address}}}</code>{{#if words}}: {{{words}}}{{/if}}
{{/each}}
{{#if more}}
  - {{{more}}}
{{/if}}
{{/each}}
{{#if groupsMore}}
- {{{groupsMore}}}
{{/if}}

</details>

{{/if}}
{{#if functions}}
<details><summary>Functions that are deployed: {{{functionCount}}}</summary>

| function | why | size |
|---|---|---|
{{#each functions}}
| {{{name}}} | {{{why}}} | {{{size}}} |
{{/each}}
{{#if functionsMore}}
| {{{functionsMore}}} | | |
{{/if}}

</details>

{{/if}}
{{#if foreign}}
<details><summary>Not made by nimbusc: {{{foreignCount}}}</summary>

{{#each foreign}}
- {{{action}}} <code>{{{address}}}</code>{{#if words}}: {{{words}}}{{/if}}
{{/each}}
{{#if foreignMore}}
- {{{foreignMore}}}
{{/if}}

</details>

{{/if}}
{{#each notes}}
> {{{this}}}

{{/each}}
`;
