-- What a model compiler leaves behind: import, logical and final CTEs, with stars at the end.

-- case: compiled_customer_orders
with

customers as (
    select * from shop.customers
),

orders as (
    select * from shop.orders
),

payments as (
    select * from shop.payments
),

order_payments as (
    select
        order_id,
        sum(case when method = 'card' then amount else 0 end) as card_amount,
        sum(case when method = 'coupon' then amount else 0 end) as coupon_amount,
        sum(amount) as total_amount
    from payments
    group by 1
),

customer_orders as (
    select
        customer_id,
        min(placed_at) as first_order,
        max(placed_at) as most_recent_order,
        count(orders.id) as number_of_orders
    from orders
    group by customer_id
),

customer_payments as (
    select
        orders.customer_id,
        sum(total_amount) as total_amount
    from order_payments
    left join orders on order_payments.order_id = orders.id
    group by orders.customer_id
),

final as (
    select
        customers.id as customer_id,
        customers.name,
        customers."Full Name",
        customer_orders.first_order,
        customer_orders.most_recent_order,
        coalesce(customer_orders.number_of_orders, 0) as number_of_orders,
        customer_payments.total_amount as customer_lifetime_value
    from customers
    left join customer_orders on customers.id = customer_orders.customer_id
    left join customer_payments on customers.id = customer_payments.customer_id
)

select * from final

-- case: compiled_ephemeral_prefix
with __dbt__cte__stg_orders as (

with source as (

    select * from "oracle"."shop"."orders"

),

renamed as (

    select
        id as order_id,
        customer_id,
        status::text as order_status,
        placed_at::timestamp as ordered_at

    from source

)

select * from renamed
),  __dbt__cte__stg_items as (

with source as (

    select * from "oracle"."shop"."order_items"

),

renamed as (

    select
        order_id,
        product_id,
        quantity,
        cast(price as numeric(38, 6)) as unit_price

    from source

)

select * from renamed
), joined as (
    select
        __dbt__cte__stg_orders.*,
        __dbt__cte__stg_items.product_id,
        __dbt__cte__stg_items.quantity * __dbt__cte__stg_items.unit_price as line_total
    from __dbt__cte__stg_orders
    inner join __dbt__cte__stg_items using (order_id)
)

select joined.*, row_number() over (partition by order_id order by line_total desc) as line_rank from joined

-- case: compiled_incremental_dedupe
with base as (
    select *, row_number() over (partition by id order by placed_at desc nulls last) as _rn
    from shop.orders
    where placed_at >= (select coalesce(max(day), '1900-01-01')::date - interval '3 days' from shop.daily_sales)
),
deduped as (
    select * from base where _rn = 1
)
select id, customer_id, total, md5(cast(coalesce(cast(id as text), '_null_') || '-' || coalesce(cast(currency as text), '_null_') as text)) as surrogate_key
from deduped

-- case: compiled_union_relations
(
    select
        cast('"oracle"."shop"."customers"' as text) as _source_relation,
        cast("id" as integer) as "id",
        cast("name" as text) as "name",
        cast(null as text) as "owner"
    from "oracle"."shop"."customers"
)
union all
(
    select
        cast('"oracle"."crm"."customers"' as text) as _source_relation,
        cast("id" as integer) as "id",
        cast("name" as text) as "name",
        cast("owner" as text) as "owner"
    from "oracle"."crm"."customers"
)

-- case: compiled_date_spine
with rawdata as (
    with p as (
        select 0 as generated_number union all select 1
    ), unioned as (
        select
            p0.generated_number * power(2, 0)
            + p1.generated_number * power(2, 1)
            + p2.generated_number * power(2, 2)
            + 1 as generated_number
        from p as p0 cross join p as p1 cross join p as p2
    )
    select * from unioned
    where generated_number <= 7
    order by generated_number
),
all_periods as (
    select (cast('2024-01-01' as date) + ((interval '1 day') * (row_number() over (order by 1) - 1))) as date_day
    from rawdata
),
filtered as (
    select * from all_periods where date_day <= cast('2024-02-01' as date)
)
select f.date_day, d.revenue from filtered f left join shop.daily_sales d on d.day = f.date_day

-- case: compiled_snapshot_validity
with snapshotted as (
    select
        *,
        lead(placed_at) over w as dbt_valid_to,
        placed_at as dbt_valid_from,
        lag(status) over w is distinct from status as changed
    from shop.orders
    window w as (partition by id order by placed_at)
)
select * from snapshotted where changed

-- case: compiled_pivot
select
    customer_id,
    sum(case when "status" = 'new' then 1 else 0 end) as "new",
    sum(case when "status" = 'paid' then 1 else 0 end) as "paid",
    sum(case when "status" = 'shipped' then 1 else 0 end) as "shipped",
    sum(case when "status" = 'returned' then 1 else 0 end) as "returned"
from "oracle"."shop"."orders"
group by customer_id

-- case: compiled_unpivot
with src as (select * from shop.bookings)
select room, cast('guest' as text) as field_name, cast(guest as text) as value from src
union all
select room, cast('seats' as text) as field_name, cast(seats as text) as value from src
union all
select room, cast('starts' as text) as field_name, cast(starts as text) as value from src

-- case: compiled_star_except_by_hand
with relation as (select * from shop.customers)
select
    "id",
    "name",
    "email",
    relation."country"
from relation

-- case: compiled_same_name_source
with orders as (
    select * from shop.orders
), customers as (
    select * from shop.customers
), order_items as (
    select * from shop.order_items
), products as (
    select * from shop.products
), enriched as (
    select
        orders.id,
        orders.customer_id,
        customers.country,
        products.name as product,
        products.category_id,
        order_items.quantity,
        order_items.quantity * coalesce(order_items.price, products.price) * (1 - coalesce(order_items.discount, 0) / 100.0) as net
    from orders
    join customers on customers.id = orders.customer_id
    join order_items on order_items.order_id = orders.id
    join products on products.id = order_items.product_id
), by_country as (
    select country, category_id, sum(net) as net, count(distinct id) as orders
    from enriched
    group by country, category_id
), ranked as (
    select *, rank() over (partition by country order by net desc) as position_in_country from by_country
), final as (
    select ranked.*, shop.categories.name as category
    from ranked left join shop.categories on categories.id = ranked.category_id
)
select * from final where position_in_country <= 5

-- case: compiled_metrics_join
with
orders as (select * from shop.orders),
agg as (
    select date_trunc('month', orders.placed_at) as date_month, count(*) as n, sum(orders.total) as total
    from orders where orders.status in ('paid', 'shipped') group by 1
),
bounded as (
    select *, min(case when n is not null then date_month end) over () as lower_bound, max(case when n is not null then date_month end) over () as upper_bound
    from agg
),
secondary as (
    select bounded.*,
        avg(total) over (order by date_month rows between 2 preceding and current row) as rolling,
        coalesce(total, 0) - coalesce(lag(total, 1) over (order by date_month), 0) as vs_previous,
        cast(total / nullif(lag(total, 12) over (order by date_month), 0) as real) as ratio_to_last_year
    from bounded where date_month between lower_bound and upper_bound
)
select * from secondary order by 1

-- case: compiled_sessionize
with e as (
    select * from shop.events
), lagged as (
    select e.*, lag(e.occurred_at) over (partition by e.actor order by e.occurred_at) as previous_at from e
), flagged as (
    select lagged.*, case when previous_at is null or occurred_at - previous_at > interval '30 minutes' then 1 else 0 end as is_new from lagged
), numbered as (
    select flagged.*, sum(is_new) over (partition by actor order by occurred_at rows unbounded preceding) as session_no from flagged
), sessions as (
    select actor, session_no,
        min(occurred_at) as started_at, max(occurred_at) as ended_at,
        count(*) as events,
        count(*) filter (where kind = 'view') as views,
        (array_agg(kind order by occurred_at))[1] as first_kind,
        (array_agg(payload order by occurred_at desc))[1] ->> 'url' as last_url
    from numbered group by actor, session_no
)
select "{{actor}}".* from (select * from sessions) as "{{actor}}"

-- case: compiled_audit_columns
with import as (select * from crm.contacts), logical as (select i.*, 'crm' as origin from import as i)
select logical.*, current_timestamp as loaded_at, '1' || logical.origin as batch from logical

-- case: compiled_wrapper_limit
select * from (
    with orders as (select * from shop.orders)
    select orders.id, orders.total from orders
) as __preview_sbq__ limit 500

-- case: compiled_test_unique
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error
from (
    select id as unique_field, count(*) as n_records
    from "oracle"."shop"."customers"
    where id is not null
    group by id
    having count(*) > 1
) dbt_internal_test

-- case: compiled_test_relationships
with child as (
    select customer_id as from_field from shop.orders where customer_id is not null
),
parent as (
    select id as to_field from shop.customers
)
select from_field from child left join parent on child.from_field = parent.to_field where parent.to_field is null

-- case: compiled_test_accepted_values
with all_values as (
    select status as value_field, count(*) as n_records from shop.orders group by status
)
select * from all_values where value_field not in ('new', 'paid', 'shipped')

-- case: compiled_generated_comment_head
/* {"app": "dbt", "dbt_version": "1.7.3", "profile_name": "from shop.customers", "node_id": "model.x.y"} */
with a as (select 1 as id /* from shop.products */) select a.id, o.total from a, shop.orders o where o.id = a.id

-- case: compiled_cte_named_final_and_source_and_import
with source as (select * from shop.products), final as (select source.id, source.sku from source), import as (select * from final)
select import.sku, final.id from import inner join final on import.id = final.id

-- case: compiled_nested_star_chain
with a as (select * from shop.employees), b as (select a.*, salary * 12 as yearly from a), c as (select b.*, yearly / 2 as half from b), d as (select c.id, c.half, c.home from c)
select d.*, (d.home).city as city from d
