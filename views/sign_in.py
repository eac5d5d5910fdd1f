"""Sign in: how a curator of a shared instance becomes one. Not shown where there is nothing to sign in to."""

import streamlit as st

from views.state import State


def render(state: State) -> None:
    st.title("Sign in")
    visitor = state.visitor
    if not visitor.can_sign_in:
        st.text("This copy of Lacuna has no accounts. Whoever sits at the machine it runs on is its curator.")
        return
    if not visitor.is_signed_in:
        st.text(
            "Reading, searching, exporting and proposing need no account. Curators sign in to accept uploads and to "
            "rule on duplicates, codes and scope. Signing in takes you to the provider this instance works with, and "
            "back."
        )
        st.button("Sign in", type="primary", on_click=st.login, key="sign-in.in")
        return
    st.text(f"Signed in as {visitor.name}.")
    if visitor.can_curate:
        st.text("You are a curator. Your decisions are kept under this name.")
    else:
        st.info("This address is not on the list of curators. You can read, search, export and propose.")
    st.button("Sign out", on_click=st.logout, key="sign-in.out")
