from univocal.coders.trained.words import ngrams, signs, stem, tokens

TEXT = "Safety alignment of LLMs with human values İs hard. Re-aligned models drift."


def test_tokens_stand_where_they_say():
    found = tokens(TEXT)
    assert [TEXT[a:b].lower() for a, b in found.spans] == list(found.words)


def test_tokens_of_a_stretch_are_those_of_the_whole():
    whole, part = tokens(TEXT), tokens(TEXT, 7, 30)
    assert set(part.spans) <= set(whole.spans)


def test_a_stem_is_a_start_of_its_word():
    for word in tokens(TEXT).words:
        assert word.startswith(stem(word))
        assert len(stem(word)) >= min(4, len(word))


def test_pairs_are_neighbours():
    assert ngrams(("a", "b", "c"))[3:] == ["a_b", "b_c"]
    assert ngrams(()) == []


def test_signs_tell_sides_apart():
    left = signs("human alignment", 6, 15)
    right = signs("alignment human", 0, 9)
    assert "L=human" in left
    assert "R=human" in right
    assert left != right


def test_signs_know_what_a_thing_is_aligned_with():
    assert "with>valu" in signs(TEXT, 7, 16)


def test_signs_at_the_edges_of_a_text():
    assert signs("align", 0, 5) == {"w=align"}
