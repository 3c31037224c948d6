import { ArgsType, type ClassType, Directive, Field, Int, ObjectType } from "type-graphql";
import { Costs, type FieldCost, type CostContext, type CostItems } from "../cost/index.ts";
import { userInputError } from "../errors.ts";
import { type Cursors, MAX_PAGE_SIZE, type Range, formatPagingState, pagesNeeded } from "./cursor-pagination.ts";

const DEFAULT_PAGE_SIZE = 50;

@Directive("@shareable") // Every subgraph with Relay lists has it.
@ObjectType({ description: "Position of a page in its list.", simpleResolvers: true })
class PageInfo {
  @Field(() => Boolean, {
    description: "Whether items follow this page; false on an empty page, which has no cursor.",
  })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "Whether items precede this page. Lists are read forwards only." })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "Cursor of the first item; null on an empty page." })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: "Pass it as `after` for the next page; null on an empty page." })
  endCursor!: string | null;
}

/** Arguments of every list, in reverse: see `withArgumentsInOrder`. */
@ArgsType()
export class PageArgs {
  @Field(() => String, {
    nullable: true,
    description: "Cursor after which the page starts: `pageInfo.endCursor` of the page before.",
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_PAGE_SIZE,
    description: `Number of items, 0 to ${MAX_PAGE_SIZE}. 0 returns \`totalCount\` only.`,
  })
  first?: number | null;
}

/** The page size. @throws GraphQLError when KORE cannot serve it, before any request */
export function checkedFirst(page: PageArgs): number {
  const first = page.first ?? DEFAULT_PAGE_SIZE;
  if (first < 0 || first > MAX_PAGE_SIZE) throw userInputError(`first: must be 0 to ${MAX_PAGE_SIZE}`);
  return first;
}

/** Cost of a connection: KORE's pages for each parent. */
export function costOfPage(context: CostContext): Partial<CostItems> {
  const { parent, args, calls } = context;
  calls.addOwn(parent.count * pagesNeeded(sizeOfPage(context), args.after));
  return pageWithoutCalls(context);
}

/** Cost of a connection over a list that is read as a whole. */
export function pageWithoutCalls(context: CostContext): Partial<CostItems> {
  const { parent } = context;
  return { batches: parent.count, listSizes: { ...parent.listSizes, page: sizeOfPage(context) } };
}

function sizeOfPage({ args }: CostContext): number {
  const requested = typeof args.first === "number" ? args.first : DEFAULT_PAGE_SIZE;
  return Math.min(Math.max(Math.trunc(requested), 0), MAX_PAGE_SIZE);
}

/** `nodes` and `edges` have the same items. */
const itemsOfPage: FieldCost = ({ parent }) => ({
  ...parent,
  key: `${parent.key} items`,
  count: parent.count * (parent.listSizes.page ?? MAX_PAGE_SIZE),
});

/** A page of a list as resolvers return it. Edges and cursors are created on access. */
export class Page<Node> {
  readonly nodes: readonly Node[];
  readonly totalCount: number | null;
  readonly #from: { cursors: Cursors; offset: number; state: string; hasNextPage: boolean };

  constructor(page: {
    nodes: readonly Node[];
    totalCount: number | null;
    hasNextPage: boolean;
    cursors: Cursors;
    /** Items before this page. */
    offset: number;
    /** Further state of cursors of this list. */
    state?: string;
  }) {
    const { nodes, totalCount, cursors, offset, state = "", hasNextPage } = page;
    this.nodes = nodes;
    this.totalCount = totalCount;
    this.#from = { cursors, offset, state, hasNextPage };
  }

  /** @param more state of this list's cursors beside that of paging */
  static ofRange<Node>(
    { items, total, hasNextPage, pagingState }: Range<Node>,
    position: { cursors: Cursors; offset: number },
    more: readonly number[] = [],
  ): Page<Node> {
    const state = [...more, formatPagingState(pagingState)].join(",");
    return new Page({ nodes: items, totalCount: total, hasNextPage, ...position, state });
  }

  get edges(): { node: Node; cursor: string }[] {
    return this.nodes.map((node, index) => ({ node, cursor: this.#cursorAfter(index + 1) }));
  }

  get pageInfo(): PageInfo {
    const { offset, hasNextPage } = this.#from;
    const count = this.nodes.length;
    return {
      hasNextPage: hasNextPage && count > 0,
      hasPreviousPage: offset > 0,
      startCursor: count === 0 ? null : this.#cursorAfter(1),
      endCursor: count === 0 ? null : this.#cursorAfter(count),
    };
  }

  #cursorAfter(count: number): string {
    const { cursors, offset, state } = this.#from;
    return cursors.encode({ offset: offset + count, state });
  }
}

/** Creates the Relay connection type of a node type, with `nodes` as a shortcut for `edges`. */
export function connectionType<Node extends object>(name: string, NodeType: ClassType<Node>): ClassType<Page<Node>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a list, with its cursor.`, simpleResolvers: true })
  class Edge {
    @Costs(({ parent }) => parent)
    @Field(() => NodeType, { description: "The item." })
    node!: Node;

    @Field(() => String, { description: "Cursor of the position after the item." })
    cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} items.`, simpleResolvers: true })
  class Connection {
    @Costs(itemsOfPage)
    @Field(() => [NodeType], { description: "The items of this page." })
    nodes!: Node[];

    @Costs(itemsOfPage)
    @Field(() => [Edge], { description: "The items of this page, each with its cursor." })
    edges!: Edge[];

    @Field(() => PageInfo, { description: "Position of this page in the list." })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      nullable: true,
      description: "Items in the whole list; null when KORE's reply does not state it.",
    })
    totalCount!: number | null;
  }
  return Connection as unknown as ClassType<Page<Node>>;
}
