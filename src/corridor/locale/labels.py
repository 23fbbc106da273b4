"""Words for codes: fields, kinds, stages, reasons. Each is a message of the catalogue."""

from typing import Final

from corridor.locale.catalogue import gettext_noop, translator

LABELS: Final[dict[str, str]] = {
    # sectors and technologies
    "smart_city": gettext_noop("Smart city"),
    "safe_city": gettext_noop("Safe city"),
    "intelligent_transport": gettext_noop("Intelligent transport"),
    "smart_campus": gettext_noop("Smart campus"),
    "digital_health": gettext_noop("Digital health"),
    "digital_education": gettext_noop("Digital education"),
    "e_commerce": gettext_noop("E-commerce"),
    "electric_vehicles": gettext_noop("Electric vehicles"),
    "solar_energy": gettext_noop("Solar energy"),
    "agriculture_food": gettext_noop("Agriculture and food"),
    "textiles": gettext_noop("Textiles"),
    "artificial_intelligence": gettext_noop("Artificial intelligence"),
    "internet_of_things": gettext_noop("Internet of things"),
    "big_data": gettext_noop("Big data"),
    "cloud": gettext_noop("Cloud computing"),
    "robotics": gettext_noop("Robotics"),
    "fintech": gettext_noop("Financial technology"),
    "biotechnology": gettext_noop("Biotechnology"),
    "blockchain": gettext_noop("Blockchain"),
    # organisations
    "company": gettext_noop("Company"),
    "university": gettext_noop("University"),
    "institute": gettext_noop("Research institute"),
    "zone": gettext_noop("Technology or economic zone"),
    "city": gettext_noop("City"),
    "ministry": gettext_noop("Ministry or authority"),
    "association": gettext_noop("Association"),
    "investor": gettext_noop("Investor"),
    # listings
    "offer": gettext_noop("Offer"),
    "need": gettext_noop("Need"),
    "technology": gettext_noop("Technology"),
    "business": gettext_noop("Business"),
    "research": gettext_noop("Research and development"),
    "investment": gettext_noop("Investment"),
    "relocation": gettext_noop("Relocation into a zone"),
    "expertise": gettext_noop("Expertise"),
    "training": gettext_noop("Training"),
    # engagement
    "lead": gettext_noop("Lead"),
    "meeting": gettext_noop("Meeting"),
    "memorandum": gettext_noop("Memorandum"),
    "contract": gettext_noop("Contract"),
    "delivery": gettext_noop("Delivery"),
    "results": gettext_noop("Results"),
    "ended": gettext_noop("Ended"),
    "too_early": gettext_noop("Too early"),
    "benefit_unclear": gettext_noop("Benefit unclear"),
    "no_commercial_route": gettext_noop("No commercial route"),
    "too_vague": gettext_noop("Too vague"),
    "price": gettext_noop("Price"),
    "financing": gettext_noop("Financing"),
    "regulation": gettext_noop("Regulation"),
    "security": gettext_noop("Security"),
    "partner_withdrew": gettext_noop("Partner withdrew"),
    "no_reply": gettext_noop("No reply"),
    "document": gettext_noop("Document"),
    "link": gettext_noop("Link"),
    "statement": gettext_noop("Statement by a named party"),
    # find: why a line stands where it stands
    "strong_supplier": gettext_noop("Strong supplier"),
    "partner_buys_much": gettext_noop("The partner buys much of it"),
    "not_yet_sold": gettext_noop("Not yet sold to the partner"),
    "underused_relation": gettext_noop("Sold below half of its potential"),
    "potential_reached": gettext_noop("Potential reached"),
    "sells_more_than_it_buys": gettext_noop("Sells more than it buys"),
    "partly_re_exported": gettext_noop("Partly re-exported"),
    "firm": gettext_noop("Firm under every convention"),
    "depends_on_convention": gettext_noop("Depends on the convention"),
    # find: lines of a target and what their caps rest on
    "realised": gettext_noop("Exports today"),
    "unrealised_potential": gettext_noop("Unrealised potential"),
    "market_growth": gettext_noop("Growth of the market"),
    "no_source_found": gettext_noop("No source found"),
    "exports_today": gettext_noop("Exports today"),
    "export_potential": gettext_noop("Export potential"),
    "remainder": gettext_noop("What no line covers"),
    # find: terms of the potential
    "supply_share": gettext_noop("Share of world exports"),
    "trade_balance": gettext_noop("Trade balance of the product"),
    "ease": gettext_noop("Ease of trade of the pair"),
    "expected_growth": gettext_noop("Expected growth"),
    "tariff_advantage": gettext_noop("Tariff advantage"),
    "distance": gettext_noop("Distance"),
    # amounts
    "grant": gettext_noop("Grant"),
    "loan": gettext_noop("Loan"),
    "equity": gettext_noop("Equity"),
    "procurement": gettext_noop("Procurement"),
    "announced": gettext_noop("Announced"),
    "signed": gettext_noop("Signed"),
    "committed": gettext_noop("Committed"),
    "disbursed": gettext_noop("Disbursed"),
    # how a solver ended
    "optimal": gettext_noop("Proven best"),
    "feasible": gettext_noop("Best found"),
    "infeasible": gettext_noop("Impossible"),
    "unknown": gettext_noop("Not settled in the time allowed"),
    # meet: why a request was left out, and the goals of a schedule
    "no_common_slot": gettext_noop("Never there at the same time"),
    "participant_full": gettext_noop("A participant has no slot left"),
    "tables_full": gettext_noop("All tables are taken when both are free"),
    "capacity": gettext_noop("Both have slots left, but not the same ones"),
    "floor": gettext_noop("Participants with a meeting"),
    "value": gettext_noop("Value"),
    "breaks": gettext_noop("Breaks"),
    # plan: why a project was left out, starts when it does, or fits no roadmap
    "excluded": gettext_noop("Excluded by hand"),
    "requirement_excluded": gettext_noop("What it requires is excluded"),
    "over_budget": gettext_noop("Costs more than the budget, with what it requires"),
    "no_value": gettext_noop("Would add no value"),
    "displaced": gettext_noop("Others add more within the budget"),
    "starts_at_once": gettext_noop("Starts at once"),
    "after_requirement": gettext_noop("Starts after what it requires"),
    "waits_for_budget": gettext_noop("Waits for budget"),
    "too_long": gettext_noop("Takes longer than the roadmap"),
    "quarter_budget": gettext_noop("Costs more in a quarter than any quarter's budget"),
    "total_budget": gettext_noop("All projects cost more than all budgets"),
    "budget_timing": gettext_noop("The budgets come too late"),
    "makespan": gettext_noop("Quarters until the last project ends"),
    "finish": gettext_noop("Sum of the quarters in which projects end"),
    # reasons of a match
    "kind_fits": gettext_noop("The kinds of offer and need go together"),
    "shared_fields": gettext_noop("Same fields"),
    "same_goods": gettext_noop("Same goods"),
    "similar_text": gettext_noop("The texts speak of the same things"),
    "shared_terms": gettext_noop("The texts share terms across languages"),
    "partner_active_in_field": gettext_noop("The needing organisation works in the field"),
    "partner_kind_suits": gettext_noop("The needing organisation can bring it to a contract"),
    "clear_request": gettext_noop("The need is clear"),
    "served_partner_economy": gettext_noop("The offering organisation has delivered abroad"),
    "partner_has_experience": gettext_noop("The needing organisation has delivered in the field"),
    "languages_not_comparable": gettext_noop("The texts are in two languages and could not be compared"),
    # roles
    "anonymous": gettext_noop("Visitor"),
    "member": gettext_noop("Member"),
    "analyst": gettext_noop("Analyst"),
    "desk_officer": gettext_noop("Desk officer"),
    "administrator": gettext_noop("Administrator"),
    # find, complexity: why the Atlas's filters leave out an economy or a product
    "not_reliable": gettext_noop("Not among the reliable economies"),
    "noisy_code": gettext_noop("Code of no product"),
    "small_share": gettext_noop("Among the least traded products"),
    "few_exporters": gettext_noop("Two effective exporters or fewer"),
    "low_ubiquity": gettext_noop("Two specialised economies or fewer"),
}


def label(code: str, language: str) -> str:
    """Return the words for ``code`` in ``language``.

    Raises
    ------
    KeyError: the code has no label; every code shown to a person needs one.
    """
    return translator(language).gettext(LABELS[code])
