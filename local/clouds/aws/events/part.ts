/** EventBridge: rules on the default bus with queues as targets. docs.aws.amazon.com/eventbridge/latest/APIReference */
import { z } from 'zod';
import type { Call, Place } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { operation, type Part } from '../core/operation.ts';
import { flag, list, tag, text, whole } from '../core/parameters.ts';
import { tagsOf, withinLimit } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { parsePattern } from './event-pattern.ts';
import { type Rule, ruleArn, rulesOf } from './store.ts';

/** docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_TARGETS = 5;

/** The only bus there is. */
const bus = z.literal('default').optional();

interface Named<K extends string> extends Place {
  readonly params: { readonly [name in K]: string };
}

const arnOfName = (call: Named<'Name'>): string => ruleArn(call, call.params.Name);
const arnOfRule = (call: Named<'Rule'>): string => ruleArn(call, call.params.Rule);

function findRule(world: World, call: Call, name: string): Rule {
  const rule = rulesOf(world).get(ruleArn(call, name));
  if (rule) return rule;
  throw notFound(`Rule ${name} does not exist on EventBus default.`);
}

const notFound = (message: string): AwsFault => new AwsFault('ResourceNotFoundException', message);

const putRule = operation({
  input: z.strictObject({
    Name: text,
    EventPattern: text,
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Description: text.optional(),
    EventBusName: bus,
    Tags: list(tag),
  }),
  resource: arnOfName,
  handle(world, call) {
    const { Name: name, EventPattern: pattern, State, Description, Tags } = call.params;
    if (!/^[\w.-]{1,64}$/.test(name)) throw new AwsFault('ValidationException', `Invalid rule name ${name}.`);
    if (!parsePattern(pattern))
      throw new AwsFault('InvalidEventPatternException', 'Event pattern is not valid.');
    const arn = ruleArn(call, name);
    const known = rulesOf(world).get(arn);
    rulesOf(world).put(arn, {
      account: call.account,
      region: call.region,
      name,
      arn,
      pattern,
      isEnabled: State === 'ENABLED',
      targets: known?.targets ?? [],
      // Tags of a rule that is there already are not touched: that takes TagResource.
      tags: known?.tags ?? tagsOf(Tags),
      ...(Description === undefined ? {} : { description: Description }),
    });
    return { RuleArn: arn };
  },
});

const describeRule = operation({
  input: z.strictObject({ Name: text, EventBusName: bus }),
  resource: arnOfName,
  handle: (world, call) => ruleView(findRule(world, call, call.params.Name)),
});

const listRules = operation({
  input: z.strictObject({
    NamePrefix: text.default(''),
    EventBusName: bus,
    Limit: whole.optional(),
    NextToken: text.optional(),
  }),
  handle: (world, call) => ({
    Rules: rulesOf(world)
      .values()
      .filter(({ account, region }) => account === call.account && region === call.region)
      .filter(({ name }) => name.startsWith(call.params.NamePrefix))
      .map(ruleView),
  }),
});

const deleteRule = operation({
  input: z.strictObject({ Name: text, EventBusName: bus, Force: flag.optional() }),
  resource: arnOfName,
  handle(world, call) {
    const arn = arnOfName(call);
    if ((rulesOf(world).get(arn)?.targets.length ?? 0) > 0)
      throw new AwsFault('ValidationException', "Rule can't be deleted since it has targets.");
    rulesOf(world).delete(arn);
    return undefined;
  },
});

const putTargets = operation({
  input: z.strictObject({
    Rule: text,
    EventBusName: bus,
    Targets: list(z.strictObject({ Id: text, Arn: text, Input: text.optional() })),
  }),
  resource: arnOfRule,
  handle(world, call) {
    const rule = findRule(world, call, call.params.Rule);
    const fresh = new Map(call.params.Targets.map((target) => [target.Id, target]));
    const targets = [...rule.targets.filter(({ Id }) => !fresh.has(Id)), ...fresh.values()];
    if (targets.length > MAX_TARGETS)
      throw new AwsFault('LimitExceededException', `A rule has at most ${MAX_TARGETS} targets.`);
    rulesOf(world).put(rule.arn, { ...rule, targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
});

const removeTargets = operation({
  input: z.strictObject({ Rule: text, EventBusName: bus, Ids: list(text), Force: flag.optional() }),
  resource: arnOfRule,
  handle(world, call) {
    const rule = findRule(world, call, call.params.Rule);
    const targets = rule.targets.filter(({ Id }) => !call.params.Ids.includes(Id));
    rulesOf(world).put(rule.arn, { ...rule, targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
});

const listTargetsByRule = operation({
  input: z.strictObject({
    Rule: text,
    EventBusName: bus,
    Limit: whole.optional(),
    NextToken: text.optional(),
  }),
  resource: arnOfRule,
  handle: (world, call) => ({ Targets: findRule(world, call, call.params.Rule).targets }),
});

const ruleByArn = (world: World, arn: string): Rule => {
  const rule = rulesOf(world).get(arn);
  if (rule) return rule;
  throw notFound(`Rule ${arn.split('/').at(-1)} does not exist on EventBus default.`);
};

const tagResource = operation({
  input: z.strictObject({ ResourceARN: text, Tags: list(tag) }),
  resource: (call) => call.params.ResourceARN,
  handle(world, call) {
    const rule = ruleByArn(world, call.params.ResourceARN);
    const tags = withinLimit({ ...rule.tags, ...tagsOf(call.params.Tags) });
    rulesOf(world).put(rule.arn, { ...rule, tags });
    return undefined;
  },
});

const listTagsForResource = operation({
  input: z.strictObject({ ResourceARN: text }),
  resource: (call) => call.params.ResourceARN,
  handle: (world, call) => ({
    Tags: Object.entries(ruleByArn(world, call.params.ResourceARN).tags).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  }),
});

const ruleView = ({ name, arn, pattern, isEnabled, description, account }: Rule) => ({
  Name: name,
  Arn: arn,
  EventPattern: pattern,
  State: isEnabled ? 'ENABLED' : 'DISABLED',
  Description: description,
  EventBusName: 'default',
  CreatedBy: account,
});

export const eventsPart: Part = {
  operations: {
    events: {
      PutRule: putRule,
      DescribeRule: describeRule,
      ListRules: listRules,
      DeleteRule: deleteRule,
      PutTargets: putTargets,
      RemoveTargets: removeTargets,
      ListTargetsByRule: listTargetsByRule,
      TagResource: tagResource,
      ListTagsForResource: listTagsForResource,
    },
  },
  inventory: (world) =>
    rulesOf(world)
      .values()
      .map(({ region, arn, name, tags, isEnabled }) => ({
        cloud: 'aws',
        region,
        kind: 'AWS::Events::Rule',
        id: arn,
        name,
        tags,
        state: isEnabled ? 'ENABLED' : 'DISABLED',
      })),
};
